import Devices

/// Keeps a late reply from passing as the next one on links without transaction ids.
///
/// A serial line says with a reply neither which question it answers nor which registers it carries: unit, function and
/// length are all there is. Silence alone cannot help against a device that is later than any silence. So a unit that owes
/// replies is first asked something whose reply has another length than all it owes, and whose values nobody wants. A
/// device works through its questions one after the other: when that reply is there, nothing older can come.
struct LateReplyGuard: Sendable {
  /// Lengths that a probe may have, in registers or in bytes of coils.
  static let probeLengths = 1...4
  /// When all lengths are owed, what is owed is forgotten after so long without a question.
  static let oblivionMicroseconds: Int64 = 30_000_000

  /// Data bytes of the replies that are owed.
  private var owed: Set<Int> = []
  private var place: (table: RegisterTable, address: Int)?
  private var lastAskedAt: Int64 = .min
  private let registerMultiple: Int

  init(registerMultiple: Int) { self.registerMultiple = registerMultiple }

  var owesReply: Bool { !owed.isEmpty }

  /// A question got no reply that fits it.
  mutating func unanswered(_ request: LinkRequest, now: Int64) {
    owed.insert(request.replyPDUBytes)
    place = place ?? (request.table, request.addresses.lowerBound)
    lastAskedAt = now
  }

  /// The reply to a probe is there.
  mutating func answered() {
    owed.removeAll()
    place = nil
  }

  /// What must be asked before anything else.
  mutating func probe(now: Int64) -> ProbeStep {
    guard let place, owesReply else { return .notNeeded }
    for length in Self.probeLengths {
      let count = place.table.holdsRegisters ? length * registerMultiple : length * 8
      let request = ReadRequest(table: place.table, address: min(place.address, 65_536 - count), count: count)
      if !owed.contains(LinkRequest.read(request).replyPDUBytes) { return .ask(.read(request)) }
    }
    guard now - lastAskedAt >= Self.oblivionMicroseconds else { return .wait }
    answered()
    return .notNeeded
  }

  enum ProbeStep: Hashable, Sendable {
    case notNeeded
    case ask(LinkRequest)
    /// Every length is owed, and the time for forgetting has not come.
    case wait
  }
}
