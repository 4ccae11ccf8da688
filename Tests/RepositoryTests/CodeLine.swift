/// One line of Swift, cut into code and comment. Strings over several lines are not followed: their lines count as code.
struct CodeLine {
  var code: String
  /// Nil without a comment.
  var comment: String?

  init(_ line: String) {
    var insideString = false
    var escaped = false
    var index = line.startIndex
    while index < line.endIndex {
      let character = line[index]
      let next = line.index(after: index)
      if escaped {
        escaped = false
      } else if insideString, character == "\\" {
        escaped = true
      } else if character == "\"" {
        insideString.toggle()
      } else if !insideString, character == "/", next < line.endIndex, line[next] == "/" {
        code = String(line[..<index])
        comment = String(line[index...].drop { $0 == "/" }.drop(while: \.isWhitespace))
        return
      }
      index = next
    }
    code = line
  }

  /// Whether the code holds the term, not as the end of a longer word.
  func uses(_ term: String) -> Bool {
    var rest = code[...]
    while let found = rest.firstRange(of: term) {
      let before = found.lowerBound == code.startIndex ? nil : code[code.index(before: found.lowerBound)]
      let startsWord = term.first.map { $0.isLetter } ?? false
      if !startsWord || before.map({ !$0.isLetter && !$0.isNumber && $0 != "_" }) ?? true { return true }
      rest = code[found.upperBound...]
    }
    return false
  }
}
