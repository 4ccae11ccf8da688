import Testing

@testable import MQTT

@Suite struct SecurityFaultTests {
  static func fault(_ reports: [String], number: Int? = nil, certificate: String? = "own.pem") -> SecurityFault {
    SecurityFault(
      reports: reports, certificateFault: number,
      connection: MQTTConnection(
        host: "broker", port: 1_234, clientID: "a",
        security: .init(
          authorityFile: "authority.pem", certificateFile: certificate, keyFile: certificate.map { _ in "own.key" })))
  }

  @Test(arguments: [
    (["Error: Unable to load CA certificates, check cafile \"authority.pem\"."], nil as Int?, "authority.pem holds no"),
    (["Error: Unable to load client certificate \"own.pem\"."], nil, "own.pem holds no certificate"),
    (["Error: Unable to load client key file \"own.key\"."], nil, "own.key holds no key"),
    (
      ["Error: Unable to load client key file", "error:05800074:x509 certificate routines::key values mismatch"], nil,
      "do not belong together"
    ),
    (["Error: host name verification failed."], nil, "not for the name broker"),
    (["certificate verify failed"], 9, "clocks"),
    (["certificate verify failed"], 10, "has expired"),
    (["certificate verify failed"], 20, "check authority.pem"),
    (["certificate verify failed"], 23, "revoked"),
    (["certificate verify failed"], 77, "OpenSSL number 77"),
    (["error:0A00045C:SSL routines::tlsv13 alert certificate required"], nil, "asks for a client certificate"),
    (["error:0A000415:SSL routines::sslv3 alert certificate expired"], nil, "our client certificate has expired"),
    (["error:0A000418:SSL routines::tlsv1 alert unknown ca"], nil, "does not know the authority"),
    (["error:0A000412:SSL routines::sslv3 alert bad certificate"], nil, "does not accept our client certificate"),
    (["error:0A00010B:SSL routines::wrong version number"], nil, "port 1234 of broker does not speak TLS"),
    (["error:0A000126:SSL routines::unexpected eof while reading"], nil, "check that port 1234 speaks TLS"),
    (["something else"], nil, "TLS failed: something else"),
  ])
  func wordsSayWhatToDo(reports: [String], number: Int?, words: String) {
    #expect(Self.fault(reports, number: number).words(isTLS: true)?.contains(words) == true)
  }

  @Test func withoutACertificateOfOursThatIsTheFirstThingToCheck() {
    #expect(Self.fault([], certificate: nil).words(isTLS: true)?.contains("asks for a client certificate") == true)
    #expect(
      Self.fault(["error:0A000410:SSL routines::sslv3 alert handshake failure"], certificate: nil).words(isTLS: true)?
        .contains("asks for a client certificate") == true)
  }

  @Test func whatIsNotOfTLSIsLeftToOthers() {
    #expect(Self.fault([]).words(isTLS: false) == nil)
  }
}
