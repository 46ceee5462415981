import { cCode } from './c';
import { nodeCode } from './node';
import {
  MAX_CODE_BYTES,
  planOf,
  type CodePlan,
  type CodeRefusal,
  type CodeRequest,
  type GeneratedCode,
} from './plan';
import { pythonCode } from './python';
import { ARGUMENT_BYTES, ncatCode, SHELL_DATAGRAM_BYTES, socatCode, wirebenchCode } from './shell';

/**
 * A program or command that opens what the address says and takes the steps in turn. No secret of
 * the address is in it, only where it comes from. Never throws for an address that was parsed.
 */
export function generateCode(request: CodeRequest): GeneratedCode {
  const plan = planOf(request.address);
  const why = refusal(plan, request);
  if (why !== null) return { ok: false, why };
  const { steps, address, language } = request;
  const base = plan.listens ? 'listener' : 'client';
  const file = (ending: string, program: string) => ({
    fileName: `${base}.${ending}`,
    run: `${program} ${base}.${ending}`,
  });
  switch (language) {
    case 'python':
      return { ok: true, text: pythonCode(plan, steps), ...file('py', 'python3') };
    case 'node':
      return { ok: true, text: nodeCode(plan, steps), ...file('cjs', 'node') };
    case 'c':
      return {
        ok: true,
        text: cCode(plan, steps),
        fileName: `${base}.c`,
        run: `gcc -Wall -Wextra -o ${base} ${base}.c && ./${base}`,
      };
    case 'ncat':
      return { ok: true, text: ncatCode(plan, steps), ...file('sh', 'sh') };
    case 'socat':
      return { ok: true, text: socatCode(plan, steps), ...file('sh', 'sh') };
    case 'wirebench':
      return {
        ok: true,
        text: wirebenchCode(plan, address, steps),
        ...file('sh', 'sh'),
      };
    default:
      return language satisfies never;
  }
}

function refusal(plan: CodePlan, { steps, language }: CodeRequest): CodeRefusal | null {
  const sizes = steps.map(({ bytes }) => bytes.byteLength);
  const shell = language === 'ncat' || language === 'socat';
  if (sizes.reduce((sum, size) => sum + size, 0) > MAX_CODE_BYTES) return 'too-much';
  if (plan.transport === 'pipe' && language !== 'node' && language !== 'wirebench')
    if (language !== 'python' || plan.listens) return 'no-pipe';
  if (plan.tls && language === 'c') return 'no-tls';
  if (shell && plan.transport === 'udp') {
    const sent = steps.filter(({ kind }) => kind === 'send').map(({ bytes }) => bytes.byteLength);
    if (sent.some((size) => size === 0 || size > SHELL_DATAGRAM_BYTES)) return 'datagram-size';
  }
  if (language === 'wirebench' && sizes.some((size) => size > ARGUMENT_BYTES))
    return 'argument-size';
  return null;
}
