import Devices
import ERP
import Foundation
import Shopfloor

extension ERPReader {
  func readHTTP(_ http: DocumentNode) -> HTTPConnectorSettings? {
    http.allowKeys(["url", "token_file", "signing", "tls"])
    guard let url = http.required("url", "Write the address: url: https://erp.example/lotwire")?.string("Write a URL")
    else { return nil }
    guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme ?? ""), parsed.host != nil else {
      http.fault("\"\(displayable(url))\" is not an http or https address", "Write url: https://erp.example/lotwire")
      return nil
    }
    let tls = http["tls"].map(readTLS)
    if let node = http["tls"], parsed.scheme != "https" {
      node.fault("certificates need an https address", "Write url: https://… or take tls: out")
    }
    return HTTPConnectorSettings(
      baseURL: url, tokenFile: http["token_file"]?.string("Write a path").map(path),
      signing: http["signing"].flatMap(readSigning), tls: tls)
  }

  /// The certificates of an https connection to an ERP.
  func readTLS(_ node: DocumentNode) -> ERPTLSSettings {
    node.allowKeys(["ca_file", "certificate_file", "key_file"])
    func file(_ key: String) -> String? { node[key]?.string("Write the path of a PEM file").map(path) }
    let settings = ERPTLSSettings(
      authoritiesFile: file("ca_file"), certificateFile: file("certificate_file"), keyFile: file("key_file"))
    if (settings.certificateFile == nil) != (settings.keyFile == nil) {
      node.fault("certificate and key go together", "Write both, or neither where the ERP asks for none")
    }
    return settings
  }

  private func readSigning(_ node: DocumentNode) -> HTTPConnectorSettings.Signing? {
    node.allowKeys(["key_id", "key_file"])
    guard
      let keyID = node.required("key_id", "Write what the ERP calls the key: key_id: line-1")?.string("Write a name"),
      let keyFile = node.required("key_file", "Write the file that holds the key")?.string("Write a path")
    else { return nil }
    // It goes into a header field and a line of the canonical text.
    guard !keyID.isEmpty, keyID.utf8.count <= maximumIdentifierBytes,
      keyID.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      node.fault("\"\(displayable(keyID))\" is no name of a key", "Write letters, digits and hyphens: key_id: line-1")
      return nil
    }
    return HTTPConnectorSettings.Signing(keyID: keyID, keyFile: path(keyFile))
  }
}
