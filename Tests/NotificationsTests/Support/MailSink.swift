import Foundation
import Harness

/// A real mail server (Debian's aiosmtpd) that keeps what it gets in a file and fails as it is told.
final class MailSink {
  struct Mail: Decodable {
    var from: String
    var to: [String]
    var subject: String
    var body: String
    var messageID: String
    var raw: String
    var isEncrypted: Bool
    var user: String?
  }

  enum Encryption: String { case none, starttls, implicit }

  let port: Int
  let folder: TemporaryFolder
  let certificate: String
  private let process: ChildProcess
  private let mails: URL

  /// - Parameter failures: replies to the first contents, "451 later"; then they are taken.
  init(_ encryption: Encryption = .none, user: String? = nil, failures: [String] = [], port: Int? = nil) throws {
    folder = try TemporaryFolder("mail")
    mails = folder.file("mails.jsonl")
    certificate = folder.file("cert.pem").path
    self.port = port ?? freeLoopbackPort()
    if encryption != .none { _ = try folder.selfSignedCertificate() }
    let script = folder.file("sink.py")
    try Self.script.write(to: script, atomically: true, encoding: .utf8)
    process = try ChildProcess(
      name: "mail sink", path: "/usr/bin/python3",
      arguments: [
        script.path, "\(self.port)", encryption.rawValue, folder.url.path, user ?? "", failures.joined(separator: "|"),
      ], log: folder.file("sink.log"))
    try process.waitForLine(containing: "listening")
  }

  deinit { process.end(patienceSeconds: 1) }

  func received() throws -> [Mail] {
    guard FileManager.default.fileExists(atPath: mails.path) else { return [] }
    return try String(contentsOf: mails, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Mail.self, from: Data($0.utf8))
    }
  }

  private static let script = #"""
    import asyncio, email, email.policy, json, ssl, sys
    from aiosmtpd.smtp import SMTP, AuthResult

    port, mode, folder, user, failures = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5]
    failures = [f for f in failures.split("|") if f]

    class Keep:
        async def handle_RCPT(self, server, session, envelope, address, options):
            if address.startswith("nobody@"):
                return "550 5.1.1 no such mailbox"
            if address.startswith("full@"):
                return "452 4.2.2 mailbox full"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):
            if failures:
                return failures.pop(0)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            auth = session.auth_data
            with open(folder + "/mails.jsonl", "a") as out:
                out.write(json.dumps({
                    "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": str(message["Subject"]),
                    "body": message.get_content(), "messageID": str(message["Message-ID"]),
                    "raw": envelope.content.decode("latin-1"), "isEncrypted": session.ssl is not None or mode == "implicit",
                    "user": auth.login.decode() if auth else None}) + "\n")
                out.flush()
            return "250 2.0.0 kept"

    def check(server, session, envelope, mechanism, data):
        good = data.login == user.encode() and data.password == "päss word".encode()
        return AuthResult(success=good, handled=good, auth_data=data)

    async def main():
        context = None
        if mode != "none":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
        def make():
            return SMTP(Keep(), hostname="sink", tls_context=context if mode == "starttls" else None,
                        require_starttls=mode == "starttls", authenticator=check if user else None,
                        auth_required=bool(user), auth_require_tls=mode == "starttls")
        server = await asyncio.get_running_loop().create_server(
            make, "127.0.0.1", port, ssl=context if mode == "implicit" else None)
        print("listening", flush=True)
        await server.serve_forever()

    asyncio.run(main())
    """#
}
