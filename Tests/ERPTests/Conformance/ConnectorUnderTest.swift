import ERP
import Ledger
import Shopfloor

/// A connector with an ERP of its own that can be disturbed and looked into: what the conformance suite needs. Each
/// value is used for one case, with objects of its own in the ERP.
protocol ConnectorUnderTest {
  /// Cases that cannot be tried with this ERP, each with its reason. They are listed and counted, never skipped.
  static var notApplicable: [ConformanceCase: String] { get }
  /// What somebody can change behind our back so that a comparison must find it.
  static var tamperings: [String] { get }
  /// Whether a question since a cursor may answer with work from before it.
  static var repeatsWork: Bool { get }

  /// A connector as after a start of the daemon; may be called several times.
  func connector() async throws -> any ERPConnector

  /// A row that this ERP takes. Rows of one subject have one order key; numbers begin at 1.
  func row(_ number: Int, subject: Int, _ content: ConformanceContent) throws -> OutboxRow

  /// A row of a subject of its own, of a kind that a comparison looks at.
  func comparedRow(_ number: Int) throws -> OutboxRow

  /// How many objects the ERP holds under the key of the row.
  func count(_ row: OutboxRow) async throws -> Int

  /// What the ERP holds for the row.
  func content(_ row: OutboxRow) async throws -> [UInt8]?

  /// The keys in the order in which they came.
  func arrivedKeys() async throws -> [String]

  func disturb(_ disturbance: ConformanceDisturbance) async throws

  /// Changes what the ERP holds for a delivered row, as somebody with rights there could.
  func tamper(_ tampering: String, _ row: OutboxRow) async throws

  /// Puts orders into the ERP: usable ones, and ones that cannot be taken over.
  func seedOrders(good: [String], bad: [String]) async throws

  /// How often the ERP refused a credential.
  func refusedCredentials() async throws -> Int

  /// Lets a receiver work that acknowledges later; called after a failure that says so.
  func receiverWorks(_ row: OutboxRow) async throws

  func end() async
}

enum ConformanceContent: Hashable, Sendable {
  case text(String)
  /// So many bytes.
  case large(Int)
  case empty

  var bytes: [UInt8] {
    switch self {
    case .text(let text): Array(text.utf8)
    case .large(let count): [UInt8](repeating: 0x5A, count: count - 1) + [0x7D]
    case .empty: []
    }
  }
}

enum ConformanceDisturbance: Sendable {
  /// The next write is done, its answer never comes.
  case loseNextAnswerAfterTheWrite
  /// The ERP does not serve, or serves again.
  case away(Bool)
  /// The ERP refuses what it is sent for a business reason, in these words; nil: no longer.
  case refuse(row: OutboxRow, words: String?)
  /// Two objects stand under the key of the row.
  case severalUnderTheKey(OutboxRow)
  /// An object with other content stands under the key of the row.
  case otherContentUnderTheKey(OutboxRow)
  /// Attempts with this row fail, and pass later.
  case fail(OutboxRow)
  case failNoLonger(OutboxRow)
  /// The credential that the connector uses is the right one.
  case credential(isRight: Bool)
}

extension ConnectorUnderTest {
  static var repeatsWork: Bool { false }

  func comparedRow(_ number: Int) throws -> OutboxRow { try row(number, subject: number, .text("number \(number) 批")) }

  func receiverWorks(_ row: OutboxRow) async throws {}

  /// A row as the outbox makes it, for ERPs that take any content.
  func plainRow(_ number: Int, subject: Int, _ content: ConformanceContent) -> OutboxRow {
    var row = outboxRow(Int64(number), lot: Identifier(stringLiteral: "L-\(subject)"), content: "")
    row.payload = content.bytes
    row.payloadSHA256 = hexadecimalSHA256(row.payload)
    row.idempotencyKey = "lotwire:record:L-\(subject):\(number):\(row.payloadSHA256.prefix(16))"
    return row
  }
}
