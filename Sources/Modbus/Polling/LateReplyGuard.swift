import Devices

/// Keeps a late reply from passing as the next one on links without transaction ids.
///
/// A serial line says with a reply neither which question it answers nor which registers it carries: unit, function and
/// length are all there is. Silence alone cannot help against a device that is later than any silence. So a unit that owes
/// replies is first asked something whose reply has another function or length than all it owes, and whose values nobody
/// wants. A device works through its questions one after the other: when that reply is there, nothing older can come.
///
/// All exceptions of one function look alike. An exception to a probe is proof only where nothing of its function is
/// owed; after any other, a table with another function is asked.
struct LateReplyGuard: Sendable {
  /// What can be told of a reply.
  private struct OwedReply: Hashable {
    var functionCode: UInt8
    var pduBytes: Int

    init(_ request: LinkRequest) {
      functionCode = request.functionCode
      pduBytes = request.replyPDUBytes
    }
  }

  /// Lengths that a probe may have, in registers or in bytes of coils.
  static let probeLengths = 1...4
  /// When there is no probe left, what is owed is forgotten after so long without a question.
  static let oblivionMicroseconds: Int64 = 30_000_000

  private var owed: Set<OwedReply> = []
  /// Functions whose exception may have been the probe's own or the late one.
  private var ambiguousFunctions: Set<UInt8> = []
  private var place: (table: RegisterTable, address: Int)?
  private var lastAskedAt: Int64 = .min
  /// Probes keep to them.
  private let rules: RequestRules

  init(rules: RequestRules) { self.rules = rules }

  var owesReply: Bool { !owed.isEmpty }

  /// A question got no reply that fits it.
  mutating func unanswered(_ request: LinkRequest, now: Int64) {
    owed.insert(OwedReply(request))
    place = place ?? (request.table, request.addresses.lowerBound)
    lastAskedAt = now
  }

  /// The data of a probe are there.
  mutating func answered() {
    owed.removeAll()
    ambiguousFunctions.removeAll()
    place = nil
  }

  /// A probe brought an exception.
  mutating func refused(_ probe: LinkRequest, now: Int64) {
    guard owes(probe.functionCode) else {
      answered()
      return
    }
    unanswered(probe, now: now)
    ambiguousFunctions.insert(probe.functionCode)
  }

  /// What must be asked before anything else.
  mutating func probe(now: Int64) -> ProbeStep {
    guard let place, owesReply else { return .notNeeded }
    let own = place.table
    let other = own.withOtherFunction
    var tables: [RegisterTable] = []
    if !ambiguousFunctions.contains(own.readFunctionCode) { tables.append(own) }
    if !owes(other.readFunctionCode) { tables.append(other) }
    for table in tables + [own, other] {
      if let request = probe(of: table, near: place.address) { return .ask(request) }
    }
    guard now - lastAskedAt >= Self.oblivionMicroseconds else { return .wait }
    answered()
    return .notNeeded
  }

  enum ProbeStep: Hashable, Sendable {
    case notNeeded
    case ask(LinkRequest)
    /// No probe is left that the device may be asked, and the time for forgetting has not come.
    case wait
  }

  // MARK: Inside

  private func owes(_ functionCode: UInt8) -> Bool { owed.contains { $0.functionCode == functionCode } }

  private func probe(of table: RegisterTable, near address: Int) -> LinkRequest? {
    for length in Self.probeLengths {
      let count = table.holdsRegisters ? length * rules.registerMultiple : length * 8
      guard count <= rules.maximumCount(of: table), let start = start(of: count, in: table, near: address) else {
        continue
      }
      let request = LinkRequest.read(ReadRequest(table: table, address: start, count: count))
      if !owed.contains(OwedReply(request)) { return request }
    }
    return nil
  }

  /// Where so many addresses may be read; nil where they may be nowhere.
  private func start(of count: Int, in table: RegisterTable, near address: Int) -> Int? {
    let readable = rules.readableRanges.filter { $0.table == table }.map(\.addresses)
    let ranges = readable.isEmpty ? [0..<65_536] : readable.filter { $0.contains(address) } + readable
    let multiple = table.holdsRegisters ? rules.registerMultiple : 1
    for range in ranges {
      let nearest = max(range.lowerBound, min(address, range.upperBound - count))
      let start = nearest - nearest % multiple
      let addresses = start..<(start + count)
      let isDenied = rules.deniedRanges.contains {
        $0.range.table == table && $0.range.addresses.overlaps(addresses)
      }
      if !isDenied, range.lowerBound <= start, addresses.upperBound <= range.upperBound { return start }
    }
    return nil
  }
}

extension RegisterTable {
  /// The table of the same kind that is read with another function.
  fileprivate var withOtherFunction: RegisterTable {
    switch self {
    case .coil: .discrete
    case .discrete: .coil
    case .holding: .input
    case .input: .holding
    }
  }

  fileprivate var readFunctionCode: UInt8 { ReadRequest(table: self, address: 0, count: 1).functionCode }
}
