export default function Stub(_props: { importing?: boolean }) { return null }
