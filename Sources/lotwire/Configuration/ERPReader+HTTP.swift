import Devices
import ERP
import Foundation
import Shopfloor

extension ERPReader {
  func readHTTP(_ http: DocumentNode) -> HTTPConnectorSettings? {
    http.allowKeys(["url", "token_file"])
    guard let url = http.required("url", "Write the address: url: https://erp.example/lotwire")?.string("Write a URL")
    else { return nil }
    guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme ?? ""), parsed.host != nil else {
      http.fault("\"\(displayable(url))\" is not an http or https address", "Write url: https://erp.example/lotwire")
      return nil
    }
    return HTTPConnectorSettings(baseURL: url, tokenFile: http["token_file"]?.string("Write a path").map(path))
  }
}
