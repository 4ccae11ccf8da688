import AsyncHTTPClient
import Glibc
import NIOCore
import Shopfloor
import Synchronization

/// Keeps one HTTP client, and makes another when a file of certificates or keys has changed: an exchanged certificate
/// counts without a restart.
final class HTTPClientKeeper: Sendable {
  private struct Kept {
    var client: HTTPClient
    var filesChangedAt: [Int64]
  }

  private let tls: ERPTLSSettings?
  private let connectTimeout: TimeAmount
  private let kept = Mutex<Kept?>(nil)

  init(tls: ERPTLSSettings?, connectTimeoutMicroseconds: Int64) {
    self.tls = tls
    connectTimeout = .microseconds(connectTimeoutMicroseconds)
  }

  /// - Throws: as ``TLSClientSetup`` where the files cannot be used.
  func client(at now: Timestamp) async throws(ERPFailure) -> HTTPClient {
    let changedAt = (tls?.files ?? []).map { Self.changedAt($0) }
    // Several callers at once get one client.
    let (client, former) = try kept.withLock { kept throws(ERPFailure) -> (HTTPClient, HTTPClient?) in
      if let present = kept, present.filesChangedAt == changedAt { return (present.client, nil) }
      let former = kept?.client
      // The old certificate must not be used any longer, also where the new one is of no use.
      kept = nil
      do throws(ERPFailure) {
        let made = try make(at: now)
        kept = Kept(client: made, filesChangedAt: changedAt)
        return (made, former)
      } catch {
        if let former { Self.letGo(former) }
        throw error
      }
    }
    if let former { await Self.shutDown(former) }
    return client
  }

  /// Who was stopped by an error before ``close()`` leaves no client open.
  deinit {
    if let last = kept.withLock({ $0 }) { Self.letGo(last.client) }
  }

  /// Called once, last.
  func close() async {
    let last = kept.withLock { kept in
      defer { kept = nil }
      return kept
    }
    if let last { await Self.shutDown(last.client) }
  }

  private func make(at now: Timestamp) throws(ERPFailure) -> HTTPClient {
    var configuration = HTTPClient.Configuration()
    // A redirect could carry the token to another host.
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = connectTimeout
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    if let tls { configuration.tlsConfiguration = try TLSClientSetup.configuration(tls, at: now) }
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Without waiting for it.
  private static func letGo(_ client: HTTPClient) { client.shutdown { _ in } }

  private static func shutDown(_ client: HTTPClient) async {
    // The only failure is a second call, after which the client is closed just the same.
    try? await client.shutdown()
  }

  /// -1 where there is no such file.
  private static func changedAt(_ path: String) -> Int64 {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return -1 }
    return Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
  }
}
