import Shopfloor

/// Why a row does not go on.
enum DeliveryStop: Error, Hashable, Sendable {
  /// Without a result: the row comes again.
  case failure(ERPFailure)
  /// A person decides.
  case blocked(String)
  /// Tryton refused it together with others and did nothing: it is to be tried alone.
  case alone

  static func awaitingEarlier(_ what: String) -> DeliveryStop {
    .failure(
      ERPFailure(
        .awaitingEarlier, problem: "the ERP does not hold \(what) yet",
        remedy: "Nothing to do while its own delivery waits; otherwise create it in the ERP, then release this delivery"
      ))
  }

  /// An error of the server, such as a database that was not updated or a disk that is full: other rows would most
  /// likely fail alike, so that none is blocked for it alone.
  static func serverError(_ what: String) -> DeliveryStop {
    .failure(
      ERPFailure(
        .unexpectedAnswer, problem: what,
        remedy: "Ask the ERP's administrator to look into its log at this time; delivery goes on by itself"))
  }

  static func unexpected(_ what: String) -> DeliveryStop {
    .failure(
      ERPFailure(
        .unexpectedAnswer, problem: what,
        remedy: "Ask the ERP's administrator whether records are filtered or hidden; delivery goes on by itself"))
  }
}

/// Rows of one kind on their way through the steps of their flow. A row that came to an end takes no part in later steps.
struct DeliveryBoard<Job: Sendable>: Sendable {
  typealias End = Result<String, DeliveryStop>

  let jobs: [Job]
  private(set) var ends: [End?]

  init(_ jobs: [Job]) {
    self.jobs = jobs
    ends = Array(repeating: nil, count: jobs.count)
  }

  /// Places of the jobs that go on.
  var open: [Int] { ends.indices.filter { ends[$0] == nil } }

  mutating func stop(_ place: Int, _ stop: DeliveryStop) { if ends[place] == nil { ends[place] = .failure(stop) } }

  /// - Parameter receipt: the ERP's own name for what it holds.
  mutating func finish(_ place: Int, _ receipt: String) { if ends[place] == nil { ends[place] = .success(receipt) } }

  /// Takes over what became of the object of a job: nil where the job goes on.
  mutating func take(_ outcome: EnsureConversation.Outcome?, of place: Int, _ what: String) -> Int64? {
    switch outcome {
    case .there(let id, _)?: return id
    case .blocked(let reason)?: stop(place, .blocked("\(what): \(reason)"))
    case .alone?: stop(place, .alone)
    case .missing?, nil: stop(place, .unexpected("the ERP confirmed \(what) but does not show it"))
    }
    return nil
  }

  mutating func take(_ outcome: AdvanceConversation.Outcome?, of place: Int, _ what: String) {
    switch outcome {
    case .reached?: break
    case .blocked(let reason)?: stop(place, .blocked("\(what): \(reason)"))
    case .alone?: stop(place, .alone)
    case nil: stop(place, .unexpected("the ERP does not show \(what)"))
    }
  }
}
