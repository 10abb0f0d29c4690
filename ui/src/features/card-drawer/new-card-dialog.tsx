export default function Stub(_props: { project: string; onClose: () => void }) { return null }
