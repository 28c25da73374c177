import {z} from 'zod'
import type {Scenario} from './scenario.js'
import {blastRadius} from './sections/blast-radius.js'
import {faults} from './sections/faults.js'
import {guards, guardsByKind} from './sections/guards.js'
import {load} from './sections/load.js'
import {objectives} from './sections/objectives.js'
import {phases} from './sections/phases.js'
import {switches} from './sections/switches.js'
import type {Vocabulary} from './vocabulary.js'

// A schema reads one file and is gone: compiling it takes longer than it saves.
z.config({jitless: true})

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, {
  error: 'expected lower-case letters, digits and hyphens, such as "payment-slow"',
})

const counterfactual = z
  .strictObject({
    switches: switches.describe('Protections that are switched off.'),
    'must-fail': z.array(z.string()).min(1).describe('Names of the objectives that must fail then.'),
  })
  .transform(({switches, 'must-fail': mustFail}) => ({switches, mustFail}))

/** A scenario file as the user writes it, strict, on its way to a Scenario. */
export const scenarioSchema = (vocabulary: Vocabulary) =>
  z
    .strictObject({
      $schema: z.string().exactOptional().describe('Address of this schema, for editors.'),
      name: name.describe('Name of the scenario: lower-case letters, digits and hyphens.'),
      summary: z.string().default('').describe('One sentence: what it shows.'),
      proves: z.array(z.string().min(1)).default([]).describe('Rows of the resiliency matrix.'),
      target: z
        .string()
        .min(1)
        .describe('`reference`, or the path of a target file from the folder of this one.'),
      load: load.describe('What is sent, and how fast.'),
      phases: phases.describe('The windows that objectives are judged in.'),
      faults: faults(vocabulary).describe('What goes wrong: one fault with its options per entry.'),
      objectives: objectives.describe('What must hold.'),
      rules: z
        .array(z.string().min(1))
        .exactOptional()
        .describe(
          'Prometheus rule files with recording rules and alerts, from the folder of this file; `*` and `?` work.',
        ),
      guards: guards.describe('Limits that stop the experiment at once.'),
      'blast-radius': blastRadius
        .exactOptional()
        .describe('How far all faults together may reach in a cluster, counted again when each begins.'),
      switches: switches
        .default({})
        .describe('Protection switches of the target that are set for the whole run.'),
      counterfactual: counterfactual
        .exactOptional()
        .describe('With these protections off, the scenario must fail, and here.'),
    })
    // The rules themselves come from the files, see load.ts.
    .transform(
      ({$schema: _, rules: __, guards, 'blast-radius': blast, ...scenario}): Scenario => ({
        ...scenario,
        ...guardsByKind(guards),
        ...(blast && {blastRadius: blast}),
      }),
    )
