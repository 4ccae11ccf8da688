import Testing

struct NotInTime: Error, CustomStringConvertible {
  var description: String
}

/// Waits until the condition holds; generous, because it only ends a test that hangs.
func eventually(
  _ expectation: String, patienceSeconds: Double = 60, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(patienceSeconds)
  while ContinuousClock.now < deadline {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(20))
  }
  throw NotInTime(description: "not within \(patienceSeconds) s: \(expectation)")
}

/// Runs a task while the body runs, then cancels it and waits for its end.
func whileRunning(_ service: @escaping @Sendable () async throws -> Void, _ body: () async throws -> Void) async throws
{
  let task = Task { try await service() }
  do {
    try await body()
  } catch {
    task.cancel()
    _ = await task.result
    throw error
  }
  task.cancel()
  try await task.value
}
