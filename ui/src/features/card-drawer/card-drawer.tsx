export default function Stub(_props: { id: number; onOpen: (id: number) => void; onClose: () => void }) { return null }
