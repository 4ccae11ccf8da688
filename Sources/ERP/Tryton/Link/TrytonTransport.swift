import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// Carries one request to Tryton and its answer back; knows nothing of log-ins. Owns an HTTP client.
actor TrytonTransport {
  /// Why there is no answer.
  enum Fault: Error, Hashable {
    /// Nothing was sent.
    case unreachable(String)
    /// The request was sent, or may have been.
    case tooSlow
    case broken(String)
    /// The certificate of the server, or ours, was not accepted; nothing was sent.
    case certificate(CertificateProblem)
    /// A file or address of ours.
    case local(problem: String, remedy: String)
  }

  struct Answer: Hashable {
    var status: Int
    var body: [UInt8]
    /// The body went on beyond the bound and was not read further.
    var isTooLong = false
  }

  private let settings: TrytonSettings
  private var client: HTTPClient?
  private var isClosed = false

  init(_ settings: TrytonSettings) { self.settings = settings }

  /// - Parameter path: behind the base address, with its slash.
  func post(_ path: String, _ body: [UInt8], authorization: String?) async throws(Fault) -> Answer {
    let client = try openClient()
    var request = HTTPClientRequest(url: settings.baseURL + path)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "User-Agent", value: "lotwire")
    if let authorization { request.headers.add(name: "Authorization", value: authorization) }
    request.body = .bytes(ByteBuffer(bytes: body))
    do {
      let response = try await client.execute(request, timeout: .microseconds(settings.requestTimeoutMicroseconds))
      var answer = Answer(status: Int(response.status.code), body: [])
      for try await part in response.body {
        guard answer.body.count + part.readableBytes <= settings.maximumAnswerBytes else {
          answer.isTooLong = true
          return answer
        }
        answer.body.append(contentsOf: part.readableBytesView)
      }
      return answer
    } catch {
      let fault = TransportFaults.fault(of: error)
      guard case .certificate(let problem) = fault else { throw fault }
      // The next call reads the files anew: somebody will have replaced them.
      await dropClient()
      throw .certificate(await CertificateProbe(settings).explain(problem))
    }
  }

  func close() async {
    isClosed = true
    await dropClient()
  }

  private func dropClient() async {
    let former = client
    client = nil
    // The only failure is a second call, after which the client is closed just the same.
    try? await former?.shutdown()
  }

  private func openClient() throws(Fault) -> HTTPClient {
    if let client { return client }
    guard !isClosed else { throw .local(problem: "the link to the ERP is closed", remedy: "Start the daemon again") }
    var configuration = HTTPClient.Configuration()
    // A redirect could carry the session to another host.
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .microseconds(settings.connectTimeoutMicroseconds)
    configuration.connectionPool.retryConnectionEstablishment = false
    // Shorter than servers keep an idle connection, so that none is used that is just being closed.
    configuration.connectionPool.idleTimeout = .seconds(1)
    configuration.httpVersion = .http1Only
    configuration.tlsConfiguration = try TrytonTLS.configuration(settings)
    let opened = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    client = opened
    return opened
  }
}
