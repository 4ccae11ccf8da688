/// How an ERP is reached over HTTP. Token, signature and client certificate may be used together.
public struct HTTPConnectorSettings: Hashable, Sendable {
  /// The key that requests are signed with (README.md of this room, "Signed requests").
  public struct Signing: Hashable, Sendable {
    /// What the ERP calls the key; sent with every request.
    public var keyID: String
    /// File whose first line is the key, readable by the account of the daemon alone.
    public var keyFile: String

    public init(keyID: String, keyFile: String) {
      self.keyID = keyID
      self.keyFile = keyFile
    }
  }

  /// "https://erp.example/lotwire", without a slash at the end; `http` or `https`.
  public var baseURL: String
  /// File that holds the bearer token; nil: none is sent.
  public var tokenFile: String?
  /// Nil: requests are not signed.
  public var signing: Signing?
  /// Nil: https with the authorities of the system, and we show no certificate.
  public var tls: ERPTLSSettings?
  public var connectTimeoutMicroseconds: Int64
  /// For one request from its first to the last byte of the answer.
  public var requestTimeoutMicroseconds: Int64
  /// Largest work list and search result that is read, in bytes.
  public var maximumAnswerBytes: Int

  public init(
    baseURL: String, tokenFile: String? = nil, signing: Signing? = nil, tls: ERPTLSSettings? = nil,
    connectTimeoutMicroseconds: Int64 = 5_000_000, requestTimeoutMicroseconds: Int64 = 30_000_000,
    maximumAnswerBytes: Int = 32_000_000
  ) {
    self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    self.tokenFile = tokenFile
    self.signing = signing
    self.tls = tls
    self.connectTimeoutMicroseconds = connectTimeoutMicroseconds
    self.requestTimeoutMicroseconds = requestTimeoutMicroseconds
    self.maximumAnswerBytes = maximumAnswerBytes
  }
}
