import Devices
import Shopfloor

/// What the replies of one poll have brought so far.
struct DecodedValues: Sendable {
  /// A reading that waits for the value that scales it.
  struct Unscaled: Hashable, Sendable {
    var reading: Int
    var block: Int
    var step: Int
    /// The number with the point's own scale, without its offset.
    var number: Double
  }

  var readings: [Reading] = []
  var texts: [TextReading] = []
  var unscaled: [Unscaled] = []
  var scales: [ScaleValue] = []
}
