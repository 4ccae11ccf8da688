public import Devices
import Ledger
import Shopfloor

/// What changed in Tryton, as work for the floor: orders, items, expected deliveries, material lots, people.
///
/// One question for each subject and poll; an idle poll is six small ones. Everything that is open is read anew once a
/// day, because deleted records leave no trace.
public actor TrytonWork {
  let questions: TrytonQuestions
  let settings: TrytonSettings
  private let clock: any WallClock
  /// Refusals that were said already, so that a bad record does not fill the log at every poll.
  private var saidRefusals: Set<String> = []
  /// Whether the codes of suppliers can be asked for; nil: not tried yet.
  private var hasSuppliers = true
  var places: TrytonPlaces?

  static let maximumSaidRefusals = 10_000
  static let maximumPeople = 10_000

  public init(calls: any TrytonCalls, settings: TrytonSettings, clock: any WallClock = SystemClock()) {
    questions = TrytonQuestions(calls: calls)
    self.settings = settings
    self.clock = clock
  }

  /// What is gathered in one fetch.
  struct Gathering {
    var cursor: TrytonCursor
    var isFull: Bool
    var change = WorkChange()
    var refusals: [WorkRefusal] = []
    var startedAt: Int64

    func since(_ subject: TrytonCursor.Subject) -> Timestamp? {
      guard let time = cursor.since(subject) else { return nil }
      // What was missed since the last full reading for whatever reason comes with this one.
      return isFull ? time.advanced(byMicroseconds: -2 * TrytonCursor.fullEveryMicroseconds) : time
    }
  }

  /// What changed since the cursor; everything that is open where it is nil.
  public func fetch(since cursor: String?) async throws(ERPFailure) -> WorkUpdate {
    let known = cursor.flatMap { TrytonCursor($0) } ?? TrytonCursor()
    let now = clock.now()
    var gathering = Gathering(
      cursor: known, isFull: known.isFullDue(at: now.utc), startedAt: now.monotonicMicroseconds)
    if gathering.isFull { places = nil }
    try await gather("items", &gathering, items)
    try await gather("orders", &gathering, orders)
    try await gather("deliveries", &gathering, deliveries)
    try await gather("material lots", &gathering, materials)
    try await gather("people", &gathering, people)
    if gathering.isFull { gathering.cursor.fullAt = now.utc }
    let news = gathering.refusals.filter { saidRefusals.insert($0.description).inserted }
    if saidRefusals.count > Self.maximumSaidRefusals { saidRefusals = Set(news.map(\.description)) }
    return WorkUpdate(
      cursor: gathering.cursor.text, change: gathering.change,
      refusals: Array(news.prefix(maximumRefusalsListed)), refusalCount: news.count)
  }

  /// One subject. Where Tryton refuses the question (a right or a module is missing) the others go on; without orders
  /// there is nothing to go on for.
  private func gather(
    _ subject: String, _ gathering: inout Gathering,
    _ body: (inout Gathering) async throws(TrytonQuestions.Trouble) -> Void
  ) async throws(ERPFailure) {
    do throws(TrytonQuestions.Trouble) {
      try await body(&gathering)
    } catch {
      switch error {
      case .failed(let failure): throw failure
      case .refused(let refusal):
        guard subject == "orders" else {
          gathering.refusals.append(WorkRefusal(subject: subject, field: "all", why: refusal.text))
          return
        }
        throw ERPFailure(
          refusal.kind == .access ? .unauthorized : .unexpectedAnswer,
          problem: "the ERP refuses the question for work orders: \(refusal.text)",
          remedy: "Give our user the right to read productions, and activate Tryton's modules production_routing, "
            + "production_work, stock_lot and stock_lot_sled")
      }
    }
  }

  func note(_ subject: TrytonCursor.Subject, _ rows: [TrytonRow], _ gathering: inout Gathering) {
    let reading = clock.now().monotonicMicroseconds - gathering.startedAt
    gathering.cursor.note(subject, rows.compactMap(\.lastModified).max(), readingMicroseconds: reading)
  }

  /// One record; a fault refuses it alone.
  func take<Value>(
    _ kind: String, _ number: String?, _ row: TrytonRow, _ gathering: inout Gathering,
    _ read: (TrytonRow) throws(FieldFault) -> Value, into list: WritableKeyPath<WorkChange, [Value]>
  ) {
    do throws(FieldFault) {
      gathering.change[keyPath: list].append(try read(row))
    } catch {
      let subject = number.map { displayable($0, maximumCharacters: 60) } ?? "id \(row.id)"
      gathering.refusals.append(
        WorkRefusal(subject: "\(kind) \"\(subject)\"", field: error.field, why: error.why))
    }
  }

  // MARK: Items and people

  private func items(_ gathering: inout Gathering) async throws(TrytonQuestions.Trouble) {
    let since = gathering.isFull ? nil : gathering.since(.items)
    let rows: [TrytonRow]
    do throws(TrytonQuestions.Trouble) {
      rows = try await itemRows(since)
    } catch {
      // Without Tryton's purchases there are no codes of suppliers, and the question for them is an error.
      guard case .refused(let refusal) = error, refusal.kind == .serverError, hasSuppliers else { throw error }
      hasSuppliers = false
      rows = try await itemRows(since)
    }
    note(.items, rows, &gathering)
    for row in rows { take("item", row.text("code"), row, &gathering, TrytonItems.item, into: \.items) }
  }

  private func itemRows(_ since: Timestamp?) async throws(TrytonQuestions.Trouble) -> [TrytonRow] {
    try await questions.all(
      "product.product", TrytonItems.domain(since: since, withSuppliers: hasSuppliers),
      TrytonItems.fields(withSuppliers: hasSuppliers), maximum: maximumItemsPerDocument)
  }

  private func people(_ gathering: inout Gathering) async throws(TrytonQuestions.Trouble) {
    let since = gathering.isFull ? nil : gathering.since(.people)
    let rows = try await questions.all(
      "company.employee", TrytonPeople.domain(since: since), TrytonPeople.fields, maximum: Self.maximumPeople)
    note(.people, rows, &gathering)
    var people: [PersonName] = []
    for row in rows {
      do throws(FieldFault) {
        people.append(try TrytonPeople.person(row))
      } catch {
        gathering.refusals.append(
          WorkRefusal(subject: "employee \"id \(row.id)\"", field: error.field, why: error.why))
      }
    }
    if !people.isEmpty { gathering.change.people = people }
  }
}
