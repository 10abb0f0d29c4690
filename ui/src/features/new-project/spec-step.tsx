import { FileUp, Sparkles } from 'lucide-react'
import { useRef } from 'react'

import { Button } from '@/components/button'
import { Field, Textarea } from '@/components/field'
import { Menu } from '@/components/menu'
import { showToast } from '@/lib/toasts'
import { SAMPLES } from './samples'
import { SPEC_LIMIT } from './draft'
import type { StepProps } from './step-props'

/** The specification: pasted, from a file, or a sample to change. */
export function SpecStep({ draft, change, importing }: StepProps) {
  const file = useRef<HTMLInputElement>(null)

  async function load(chosen: File | undefined): Promise<void> {
    if (!chosen) return
    if (chosen.size > SPEC_LIMIT) {
      showToast(`${chosen.name} is larger than two megabytes; a specification is text.`, { tone: 'error' })
      return
    }
    const text = await chosen.text()
    if (text.includes('\0')) showToast(`${chosen.name} is no text file.`, { tone: 'error' })
    else change({ spec: text })
  }

  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <Button size="sm" onClick={() => file.current?.click()} icon={<FileUp size={15} aria-hidden />}>
          From a file
        </Button>
        <Menu
          label="Samples"
          align="start"
          trigger={
            <Button size="sm" icon={<Sparkles size={15} aria-hidden />}>
              From a sample
            </Button>
          }
          items={SAMPLES.map(({ name, kind, spec }) => ({ text: name, run: () => change({ kind, spec }) }))}
        />
        <input
          ref={file}
          type="file"
          accept=".txt,.md,.markdown,text/*"
          aria-label="Specification file"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            void load(event.target.files?.[0])
            event.target.value = ''
          }}
        />
      </div>
      <Field
        label="Specification"
        hint={
          importing
            ? 'What shall change or be added. It may stay empty: you can write cards by hand.'
            : 'What it does, for whom, how it looks, what it is made of. The first session turns it into cards.'
        }
      >
        {(control) => (
          <Textarea
            {...control}
            rows={16}
            className="font-mono text-sm"
            value={draft.spec}
            placeholder="# My application&#10;&#10;…"
            onChange={(event) => change({ spec: event.target.value })}
            onDrop={(event) => {
              const dropped = event.dataTransfer.files[0]
              if (!dropped) return
              event.preventDefault()
              void load(dropped)
            }}
          />
        )}
      </Field>
    </div>
  )
}
