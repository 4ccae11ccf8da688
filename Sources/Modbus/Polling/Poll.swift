import Devices
import Shopfloor

/// A poll under way: its requests, and what has come of them so far.
struct Poll: Sendable {
  var decoder: PollDecoder
  var nextBlock = 0
  /// Blocks that the device answered with an exception of its own.
  var refusedBlocks = 0
  /// What went wrong last, in words for a technician.
  var fault: String?

  init(_ decoder: PollDecoder) { self.decoder = decoder }

  var isFinished: Bool { decoder.isFinished }
  var nextRequest: ReadRequest { decoder.blocks[nextBlock].request }
}
