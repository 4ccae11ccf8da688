/// A promise of the design that did not hold.
public struct BrokenPromise: Error, Hashable, Sendable {
  /// The promises that are checked; their texts are for people.
  public enum Promise: String, Sendable, CaseIterable {
    case acknowledgedIsStored = "what was acknowledged is in the ledger exactly once and in its order"
    case nothingInvented = "nothing is in the ledger that was not sent, and silence is a gap"
    case bindsByOwnTime = "a reading belongs to the run that was at the station at its own time"
    case chainHolds = "the chains hold and packed commits come back as they were"
    case replayAgrees = "the ledger alone gives the state and the events again"
    case recordRepeats = "a record that is made again has the same bytes and verifies"
    case owedOnce = "everything owed stands in the outbox once and is delivered once"
    case timeIsSound = "no duration is negative and no number is missing"
    case boundsHold = "the inbox keeps its bounds and counts what it turns away"
    case comesBack = "the recorder starts again with what the disk kept"
  }

  public var promise: Promise
  public var details: String

  init(_ promise: Promise, _ details: String) {
    self.promise = promise
    self.details = details
  }
}
