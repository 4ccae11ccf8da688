import Shopfloor

/// Verifies a sealed record from its bytes alone, without ledger or daemon. Reads whatever it is given; never traps.
public enum RecordVerifier {
  /// - Parameter trustedKey: The key that records of this installation are sealed with, from a source other than the
  ///   file; nil leaves the key uncompared, and then anybody may have sealed the file.
  public static func verify(_ bytes: [UInt8], trustedKey: VerifyingKey? = nil) -> VerificationReport {
    var session = Session()
    let root: DocumentPlace
    do throws(CanonicalJSONFault) {
      root = DocumentPlace(value: try CanonicalJSONParser.parseCanonical(bytes), path: "")
      session.note(.canonicalJSON, .passed)
    } catch {
      let misfit = Misfit(path: "byte \(error.offset)", expected: "canonical JSON (RFC 8785)", found: "\(error)")
      session.note(.canonicalJSON, .failed(misfit))
      return session.finished()
    }
    guard let parts = session.perform(.format, { () throws(Misfit) in try SealedParts(root) }) else {
      return session.finished()
    }
    session.report.lot = parts.lot
    session.report.revision = parts.revision
    verifySeal(parts, trustedKey: trustedKey, in: &session)
    verifyRuns(parts.record, in: &session)
    session.perform(.shares) { () throws(Misfit) in try ShareProof.check(parts.record) }
    session.perform(.exceptions) { () throws(Misfit) in try ExceptionCompleteness.check(parts.record) }
    session.perform(.events) { () throws(Misfit) in try EventChain.check(parts.record) }
    return session.finished()
  }

  private static func verifySeal(_ parts: SealedParts, trustedKey: VerifyingKey?, in session: inout Session) {
    let digest = Digest.sha256Text(of: parts.record.value.canonicalBytes)
    session.report.digestSHA256 = digest
    session.perform(.digest) { () throws(Misfit) in try parts.seal.member("digestSHA256").require(.string(digest)) }
    session.perform(.signature) { () throws(Misfit) in try parts.checkSignature() }
    guard let key = session.performKeeping(.key, { () throws(Misfit) in try parts.checkKey() }) else { return }
    session.report.keyID = key.keyID
    guard let trustedKey else {
      session.note(.key, .notCompared(Words("key not compared: none given", "未比对密钥：未提供受信任的密钥")))
      return
    }
    session.perform(.key) { () throws(Misfit) in
      guard key == trustedKey else {
        throw Misfit(path: "seal.publicKey", expected: "key \(trustedKey.keyID)", found: "key \(key.keyID)")
      }
    }
  }

  private static func verifyRuns(_ record: DocumentPlace, in session: inout Session) {
    session.perform(.lot) { () throws(Misfit) in try RunOrder.checkLot(record) }
    session.perform(.times) { () throws(Misfit) in try TimeTexts.check(record) }
    session.perform(.runs) { () throws(Misfit) in try RunOrder.check(record) }
    guard let runs = session.perform(.readingTimes, { () throws(Misfit) in try DecodedRun.decode(record) }) else {
      return
    }
    session.perform(.readingStatistics) { () throws(Misfit) in try ReadingProof.check(record, runs) }
    if runs.contains(where: { $0.series.contains { $0.readings == nil } }), session.didPass(.readingStatistics) {
      session.note(
        .readingStatistics,
        .notCompared(Words("the ledger holds the readings, not this record", "读数保存在账本中，不在本记录内")))
    }
    session.perform(.characteristics) { () throws(Misfit) in try CharacteristicProof.check(record, runs) }
  }
}

extension RecordVerifier {
  /// The report as it grows.
  struct Session {
    var report = VerificationReport()
    private var results: [VerificationCheck: VerificationReport.Result] = [:]

    mutating func note(_ check: VerificationCheck, _ result: VerificationReport.Result) { results[check] = result }

    func didPass(_ check: VerificationCheck) -> Bool { results[check] == .passed }

    /// Runs a check and notes whether it passed.
    @discardableResult
    mutating func perform<Value>(_ check: VerificationCheck, _ body: () throws(Misfit) -> Value) -> Value? {
      let value = performKeeping(check, body)
      if value != nil { note(check, .passed) }
      return value
    }

    /// Runs a part of a check and notes only its failure.
    mutating func performKeeping<Value>(_ check: VerificationCheck, _ body: () throws(Misfit) -> Value) -> Value? {
      do throws(Misfit) {
        return try body()
      } catch {
        note(check, .failed(error))
        return nil
      }
    }

    func finished() -> VerificationReport {
      var report = report
      report.outcomes = VerificationCheck.allCases.map {
        VerificationReport.Outcome(check: $0, result: results[$0] ?? .notReached)
      }
      return report
    }
  }
}
