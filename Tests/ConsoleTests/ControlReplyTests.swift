import Testing

@testable import Console

@Suite struct ControlReplyTests {
  @Test func completeAnswer() throws {
    let text = "HTTP/1.1 409 Conflict\r\nX: y\r\ncontent-length: 4\r\n\r\n\r\n\r\n"
    #expect(try ControlReply(parsing: Array(text.utf8)) == ControlReply(status: 409, body: Array("\r\n\r\n".utf8)))
  }

  @Test(arguments: [
    "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", "HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n",
    "SSH-2.0 200\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "\r\n\r\n",
  ])
  func incompleteOrForeign(_ text: String) {
    #expect(throws: ConsoleFault.self) { try ControlReply(parsing: Array(text.utf8)) }
  }
}
