import Devices
import Shopfloor

/// What a round of messages means.
struct DecodedRound: Hashable {
  struct Tally: Hashable {
    /// Messages that concern the device.
    var messages = 0
    /// Messages of which something could not be read.
    var malformed = 0
  }

  /// In the order of the messages.
  var batches: [ReadingBatch] = []
  var notes: [MessageNote] = []
  var tallies: [DeviceName: Tally] = [:]
  /// Messages on topics that no mapping means, or that are deeper than ``TopicRoutes/maximumLevels``.
  var unmapped = 0
  var lastUnmappedTopic = ""
  /// The devices that were found to be there (true) or away (false), where that was not known before.
  var deviceStates: [DeviceName: Bool] = [:]
}

extension Quality {
  /// The message could not be read as the mapping says: a fault of the sender or of the mapping.
  var isUnreadable: Bool {
    switch self {
    case .badPayload, .badPayloadTooLarge, .badEncoding, .badUnit, .badNotANumber: true
    default: false
    }
  }
}
