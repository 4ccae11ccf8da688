import NIOSSL

/// What a failure of TLS means to a technician.
enum TLSFailureWords {
  /// Nil where the error is something else than TLS or does not concern certificates.
  ///
  /// The names are those of BoringSSL's errors and of TLS alerts (RFC 8446 section 6.2).
  static func failure(of error: any Error, address: String) -> ERPFailure? {
    guard error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError else { return nil }
    let text = "\(error)".uppercased()
    guard let meaning = meanings.first(where: { text.contains($0.sign) }) else { return nil }
    var failure = ERPFailure(
      meaning.code, problem: "no trusted connection to the ERP at \(address): \(meaning.words)", remedy: meaning.remedy)
    failure.isAboutCertificate = meaning.code == .unauthorized
    return failure
  }

  private struct Meaning {
    var sign: String
    var code: ERPFailure.Code = .unauthorized
    var words: String
    var remedy: String
  }

  private static let theirs =
    "Ask the ERP's administrator to renew its certificate, or give the right authority in ca_file; nothing was sent"
  private static let ours =
    "Put a certificate that the ERP knows, and its key, into certificate_file and key_file; nothing was sent"

  private static let meanings: [Meaning] = [
    Meaning(sign: "CERTIFICATE_REQUIRED", words: "the ERP wants a client certificate, and we show none", remedy: ours),
    Meaning(
      sign: "ALERT_HANDSHAKE_FAILURE", words: "the ERP broke the handshake off: it may want a client certificate",
      remedy: ours),
    Meaning(
      sign: "ALERT_UNKNOWN_CA", words: "the ERP does not know the authority of our certificate", remedy: ours),
    Meaning(sign: "ALERT_CERTIFICATE_EXPIRED", words: "the ERP says that our certificate has expired", remedy: ours),
    Meaning(sign: "ALERT_CERTIFICATE_REVOKED", words: "the ERP says that our certificate was revoked", remedy: ours),
    Meaning(sign: "ALERT_BAD_CERTIFICATE", words: "the ERP does not accept our certificate", remedy: ours),
    Meaning(sign: "ALERT_CERTIFICATE_UNKNOWN", words: "the ERP does not accept our certificate", remedy: ours),
    Meaning(
      sign: "ALERT_DECRYPT_ERROR", words: "the ERP does not accept our certificate: the key does not fit it",
      remedy: ours),
    Meaning(sign: "ALERT_ACCESS_DENIED", words: "the ERP does not let our certificate in", remedy: ours),
    Meaning(
      sign: "CERTIFICATE_VERIFY_FAILED",
      words: "the ERP's certificate has expired or is not signed by an authority that we believe", remedy: theirs),
    Meaning(
      sign: "UNABLETOVALIDATE", words: "the ERP's certificate does not carry the name or address it is reached by",
      remedy: theirs),
    Meaning(
      sign: "FAILEDTOVALIDATE", words: "the ERP's certificate does not carry the name or address it is reached by",
      remedy: theirs),
    Meaning(
      sign: "PROTOCOL_VERSION", code: .unreachable, words: "the ERP knows no TLS from version 1.2 on",
      remedy: "Ask the ERP's administrator"),
    Meaning(
      sign: "UNSUPPORTED_PROTOCOL", code: .unreachable, words: "the ERP knows no TLS from version 1.2 on",
      remedy: "Ask the ERP's administrator"),
    Meaning(
      sign: "WRONG_VERSION_NUMBER", code: .unreachable, words: "the ERP does not speak TLS on this port",
      remedy: "Check port and scheme of the address"),
  ]
}
