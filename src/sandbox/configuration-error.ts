/** Bad input to the sandbox: an unknown profile or switch, a value out of range, a port in use. The message is one line. */
export class SandboxConfigurationError extends Error {
  readonly code = 'sandbox-configuration';
  override readonly name = 'SandboxConfigurationError';
}
