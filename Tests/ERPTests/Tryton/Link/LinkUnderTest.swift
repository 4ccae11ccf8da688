import Devices
import Foundation
import Harness
import Shopfloor
import Synchronization

@testable import ERP

/// A link with a password file and a clock of its own.
struct LinkUnderTest {
  let folder: TemporaryFolder
  let notes = KeptNotes()
  let clock = SetClock()
  let settings: TrytonSettings
  let link: TrytonLink

  init(
    _ address: String, user: String = "lotwire", password: String = "secret",
    _ adapt: (inout TrytonSettings) -> Void = { _ in }
  ) throws {
    folder = try TemporaryFolder("link")
    var settings = TrytonSettings(
      baseURL: address, database: "factory", user: user, passwordFile: folder.file("password").path,
      requestTimeoutMicroseconds: 30_000_000)
    adapt(&settings)
    self.settings = settings
    link = TrytonLink(settings, journal: notes, clock: clock)
    try write(password)
  }

  func write(_ password: String, mode: Int = 0o600) throws {
    let file = folder.file("password")
    try "\(password)\n".write(to: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
  }

  /// The answer, or the failure, of one call; the link stays open.
  func ask(
    _ method: String = "production.search", context: [String: TrytonValue] = [:]
  ) async -> Result<TrytonAnswer, ERPFailure> {
    do throws(ERPFailure) {
      return .success(try await link.call(method, [.list([])], context: context))
    } catch {
      return .failure(error)
    }
  }

  func failure(_ method: String = "production.search") async -> ERPFailure? {
    if case .failure(let failure) = await ask(method) { failure } else { nil }
  }

  func refusal(_ method: String = "production.write") async -> TrytonRefusal? {
    if case .success(.refused(let refusal)) = await ask(method) { refusal } else { nil }
  }

  func close() async { await link.close() }
}

/// A clock that a test moves; UTC begins on 2026-11-21.
final class SetClock: WallClock {
  private let passed = Mutex<Int64>(0)
  private static let start = Timestamp(microseconds: 1_795_219_200_000_000)

  func now() -> ClockReading {
    let passed = passed.withLock { $0 }
    return ClockReading(utc: Self.start.advanced(byMicroseconds: passed), monotonicMicroseconds: passed)
  }

  func pass(seconds: Int64) { passed.withLock { $0 += seconds * 1_000_000 } }
}
