public import Devices
import Ledger
import Shopfloor

/// Calls of Tryton's JSON-RPC over HTTP, logged in. Renews its session, and never locks its own account: see
/// ``LogInGuard``.
public actor TrytonLink: TrytonCalls {
  struct Session: Hashable, Sendable {
    /// Value of the header `Authorization`.
    var authorization: String
    /// Company, employee, groups and language, as Tryton names them for its own client.
    var context: [String: TrytonValue]
  }

  let settings: TrytonSettings
  let transport: TrytonTransport
  let clock: any WallClock
  private let journal: any DeliveryJournal
  private var session: Session?
  private var logInUnderWay: Task<Result<Session, ERPFailure>, Never>?
  var logInGuard: LogInGuard
  private var lastID: Int64 = 0
  private var isCertificateRefused = false
  /// Notes that are not durable yet; nothing is called before they are.
  private var owedNotes: [(kind: ERPNote.Kind, text: String)] = []
  /// Calls since the start, log-ins included.
  public private(set) var callCount = 0
  /// Log-ins that were sent since the start.
  public private(set) var logInCount = 0

  /// - Parameters:
  ///   - journal: where refused and accepted credentials and certificates are written down.
  ///   - wasRefused: whether the password was refused before this start: the first log-in waits then.
  public init(
    _ settings: TrytonSettings, journal: any DeliveryJournal, clock: any WallClock = SystemClock(),
    wasRefused: Bool = false
  ) {
    self.settings = settings
    self.journal = journal
    self.clock = clock
    transport = TrytonTransport(settings, clock: clock)
    let pause = settings.logInPauseMicroseconds
    logInGuard =
      wasRefused
      ? LogInGuard(pause: pause, refusedBeforeStartAt: clock.now().monotonicMicroseconds) : LogInGuard(pause: pause)
  }

  public func close() async { await transport.close() }

  /// - Parameter method: "production.search_read" or "model.production.search_read".
  public func call(
    _ method: String, _ parameters: [TrytonValue], context: [String: TrytonValue]
  ) async throws(ERPFailure) -> TrytonAnswer {
    try await writeOwedNotes()
    let name = method.hasPrefix("model.") ? method : "model." + method
    var isSecondSession = false
    var isSecondReading = false
    while true {
      let session = try await currentSession()
      let merged = session.context.merging(context) { _, own in own }
      do throws(ERPFailure) {
        let outcome = try await exchange(name, parameters + [.object(merged)], session.authorization)
        switch outcome {
        case .answer(let answer): return answer
        case .locked(let failure), .failure(let failure): throw failure
        case .sessionRefused:
          // Expired, or ended by an administrator or a restart: nothing was done, and a new one is worth one attempt.
          if self.session == session { self.session = nil }
          guard !isSecondSession else { throw refusedAgain(name) }
          isSecondSession = true
        }
      } catch {
        // A server may close a connection that it kept for us while we send: a question may be asked again at once.
        guard error.code == .outcomeUnknown, !isSecondReading, Self.onlyReads(name), !Task.isCancelled,
          lastFault?.isBroken ?? false
        else { throw error }
        isSecondReading = true
      }
    }
  }

  /// What became of the last exchange that got no answer.
  private var lastFault: TrytonTransport.Fault?

  static func onlyReads(_ method: String) -> Bool {
    [".search_read", ".read", ".search", ".search_count", ".get_preferences", ".fields_get"]
      .contains(where: method.hasSuffix)
  }

  private func refusedAgain(_ method: String) -> ERPFailure {
    ERPFailure(
      .unauthorized,
      problem: "the ERP at \(settings.baseURL) refused \(method) with the session that it had just given (HTTP 401)",
      remedy: "Check what stands between here and the ERP, and the clock and [session] settings of the ERP")
  }

  // MARK: One exchange

  /// One request and its answer. Faults of the transport are failures; a change of the certificates is noted.
  func exchange(
    _ method: String, _ parameters: [TrytonValue], _ authorization: String?
  ) async throws(ERPFailure) -> TrytonAnswerRules.Outcome {
    lastID += 1
    callCount += 1
    let id = lastID
    let body = try encoded(
      .object(["id": .integer(id), "method": .text(method), "params": .list(parameters)]), method)
    let question = TrytonAnswerRules.Question(
      method: method, id: id, bytes: body.count, address: settings.baseURL)
    lastFault = nil
    do throws(TrytonTransport.Fault) {
      let answer = try await transport.post(
        "/\(percentEncoded(settings.database))/rpc/", body, authorization: authorization)
      if isCertificateRefused {
        isCertificateRefused = false
        owedNotes.append((.certificateAccepted, "the certificates of \(settings.baseURL) are accepted again"))
      }
      return TrytonAnswerRules.outcome(of: answer, to: question)
    } catch {
      lastFault = error
      if case .certificate(let found) = error, !isCertificateRefused {
        isCertificateRefused = true
        owedNotes.append((.certificateRefused, found.problem))
      }
      try await writeOwedNotes()
      throw TrytonAnswerRules.failure(of: error, question)
    }
  }

  private func encoded(_ value: TrytonValue, _ method: String) throws(ERPFailure) -> [UInt8] {
    do throws(TrytonCodecFault) {
      return try TrytonCodec.encode(value)
    } catch {
      throw ERPFailure(
        .local, problem: "the call \(method) could not be written: \(error.why)", remedy: "Report this")
    }
  }

  private func writeOwedNotes() async throws(ERPFailure) {
    while let note = owedNotes.first {
      try await journal.note(note.kind, name: settings.user, text: note.text, row: nil)
      owedNotes.removeFirst()
    }
  }

  // MARK: The session

  private func currentSession() async throws(ERPFailure) -> Session {
    if let session { return session }
    // Several callers share one log-in.
    let task: Task<Result<Session, ERPFailure>, Never>
    if let logInUnderWay {
      task = logInUnderWay
    } else {
      task = Task { await self.logInNow() }
      logInUnderWay = task
    }
    let result = await task.value
    if logInUnderWay == task { logInUnderWay = nil }
    return try result.get()
  }

  private func logInNow() async -> Result<Session, ERPFailure> {
    do throws(ERPFailure) {
      let opened = try await logIn()
      session = opened
      try await writeOwedNotes()
      return .success(opened)
    } catch {
      return .failure(error)
    }
  }

  /// What the guard says about a log-in becomes durable with the next notes.
  func note(_ outcome: LogInGuard.Outcome, of digest: String, text: String) {
    let now = clock.now().monotonicMicroseconds
    guard logInGuard.note(outcome, of: digest, now: now) else { return }
    owedNotes.append((outcome == .accepted ? .credentialAccepted : .credentialRefused, text))
  }

  func countLogIn() { logInCount += 1 }

  func owedNotesAreWritten() async throws(ERPFailure) { try await writeOwedNotes() }
}

extension TrytonTransport.Fault {
  fileprivate var isBroken: Bool {
    if case .broken = self { true } else { false }
  }
}
