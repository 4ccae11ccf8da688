/// How an ERP is reached over HTTP.
public struct HTTPConnectorSettings: Hashable, Sendable {
  /// "https://erp.example/lotwire", without a slash at the end; `http` or `https`.
  public var baseURL: String
  /// File that holds the bearer token; nil: none is sent.
  public var tokenFile: String?
  public var connectTimeoutMicroseconds: Int64
  /// For one request from its first to the last byte of the answer.
  public var requestTimeoutMicroseconds: Int64
  /// Largest work list and search result that is read, in bytes.
  public var maximumAnswerBytes: Int

  public init(
    baseURL: String, tokenFile: String? = nil, connectTimeoutMicroseconds: Int64 = 5_000_000,
    requestTimeoutMicroseconds: Int64 = 30_000_000, maximumAnswerBytes: Int = 32_000_000
  ) {
    self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    self.tokenFile = tokenFile
    self.connectTimeoutMicroseconds = connectTimeoutMicroseconds
    self.requestTimeoutMicroseconds = requestTimeoutMicroseconds
    self.maximumAnswerBytes = maximumAnswerBytes
  }
}
