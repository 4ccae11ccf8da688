import AsyncHTTPClient
import Devices
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Shopfloor

/// An answer with its body up to a bound.
struct HTTPAnswer: Hashable {
  var status: Int
  var body: [UInt8]
  /// The body went on beyond the bound and was not read further.
  var isTooLong: Bool
}

extension HTTPConnector {
  func ask(
    _ method: HTTPMethod, _ path: String, body: Data? = nil, maximumBytes: Int
  ) async throws(ERPFailure) -> HTTPAnswer {
    var request = HTTPClientRequest(url: settings.baseURL + path)
    request.method = method
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "User-Agent", value: "lotwire")
    if let tokenFile = settings.tokenFile {
      request.headers.add(name: "Authorization", value: "Bearer \(try ERPSecret.token(in: tokenFile))")
    }
    try sign(&request, method, path, body)
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    let client = try await keeper.client(at: clock.now().utc)
    do {
      let response = try await client.execute(
        request, timeout: .microseconds(settings.requestTimeoutMicroseconds))
      var collected: [UInt8] = []
      for try await part in response.body {
        guard collected.count + part.readableBytes <= maximumBytes else {
          return HTTPAnswer(status: Int(response.status.code), body: collected, isTooLong: true)
        }
        collected.append(contentsOf: part.readableBytesView)
      }
      return HTTPAnswer(status: Int(response.status.code), body: collected, isTooLong: false)
    } catch {
      throw HTTPAnswerRules.failure(of: error, address: settings.baseURL)
    }
  }

  private func sign(
    _ request: inout HTTPClientRequest, _ method: HTTPMethod, _ path: String, _ body: Data?
  ) throws(ERPFailure) {
    guard let signing = settings.signing else { return }
    let key = try ERPSecret.key(in: signing.keyFile)
    guard key.count >= RequestSignature.minimumKeyBytes else {
      throw ERPFailure(
        .local, problem: "the key in \(signing.keyFile) has fewer than \(RequestSignature.minimumKeyBytes) characters",
        remedy: "Agree on a longer one with the ERP's administrator: openssl rand -hex 32")
    }
    guard let target = RequestSignature.target(of: settings.baseURL + path) else {
      throw ERPFailure(
        .local, problem: "the address \(oneLine(settings.baseURL)) has characters that cannot be signed",
        remedy: "Write it percent-encoded, without a fragment")
    }
    let signature = RequestSignature(
      keyID: signing.keyID, method: method.rawValue, target: target, body: body.map { Array($0) } ?? [],
      unixSeconds: clock.now().utc.microseconds / 1_000_000, nonce: RequestSignature.makeNonce())
    for header in signature.headers(key: key) { request.headers.add(name: header.name, value: header.value) }
  }

  /// The body of a 2xx answer; every other answer is a failure of the conversation.
  func expectSuccess(_ answer: HTTPAnswer, attempted: String) throws(ERPFailure) -> [UInt8] {
    if let failure = HTTPAnswerRules.failure(of: answer, attempted: attempted, address: settings.baseURL) {
      throw failure
    }
    return answer.body
  }

  func unexpected(_ attempted: String, _ problem: String) -> ERPFailure {
    ERPFailure(
      .unexpectedAnswer, problem: "could not \(attempted) at \(settings.baseURL): \(problem)",
      remedy: "Check address and interface version with the ERP's administrator")
  }
}
