import AsyncHTTPClient
import Devices
import NIOCore
import NIOHTTP1

/// Carries one request to Tryton and its answer back; knows nothing of log-ins. Owns an HTTP client.
struct TrytonTransport: Sendable {
  /// Why there is no answer.
  enum Fault: Error, Hashable {
    /// Nothing was sent.
    case unreachable(String)
    /// The request was sent, or may have been.
    case tooSlow
    case broken(String)
    /// The certificate of the server, or ours, was not accepted; nothing was sent.
    case certificate(ERPFailure)
    /// A file or address of ours.
    case local(ERPFailure)
  }

  struct Answer: Hashable {
    var status: Int
    var body: [UInt8]
    /// The body went on beyond the bound and was not read further.
    var isTooLong = false
  }

  private let settings: TrytonSettings
  private let clock: any WallClock
  private let keeper: HTTPClientKeeper

  init(_ settings: TrytonSettings, clock: any WallClock) {
    self.settings = settings
    self.clock = clock
    keeper = HTTPClientKeeper(
      tls: settings.tls, connectTimeoutMicroseconds: settings.connectTimeoutMicroseconds)
  }

  /// - Parameter path: behind the base address, with its slash.
  func post(_ path: String, _ body: [UInt8], authorization: String?) async throws(Fault) -> Answer {
    let client = try await openClient()
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
      let fault = TransportFaults.fault(of: error, address: settings.baseURL)
      guard case .certificate(let failure) = fault else { throw fault }
      throw .certificate(await CertificateProbe(settings).explain(failure))
    }
  }

  /// Files of certificates that changed are taken without a restart.
  private func openClient() async throws(Fault) -> HTTPClient {
    do throws(ERPFailure) {
      return try await keeper.client(at: clock.now().utc)
    } catch {
      throw error.code == .unauthorized ? .certificate(error) : .local(error)
    }
  }

  func close() async { await keeper.close() }
}
