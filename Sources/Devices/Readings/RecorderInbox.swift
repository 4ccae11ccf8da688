public import Shopfloor

/// The door of the recorder, as devices see it. Bounded; never blocks the caller.
public protocol RecorderInbox: Sendable {
  /// Hands over what a device brought. `acknowledge` is called exactly once, on a thread of the recorder, after the
  /// batches are on disk or after it is certain that they will not be; it must return at once. Batches with an
  /// `acknowledge` are committed without waiting for others: gather them before.
  ///
  /// - Returns: false where the inbox is full: nothing was taken, `acknowledge` is not called, the refusal is counted.
  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool

  /// Hands over a command; the answer comes exactly once, after its events are on disk.
  ///
  /// - Returns: false where the inbox is full; `answer` is not called.
  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  )
    -> Bool
}

public enum RecorderOutcome: Sendable, Hashable {
  /// On disk: the source may be told.
  case durable
  /// Not on disk and will not be: the source must keep it and offer it again.
  case failed
}
