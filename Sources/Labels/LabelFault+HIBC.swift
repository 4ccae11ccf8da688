extension LabelFault {
  /// The sentences of HIBC.
  var hibcWords: LabelWords { plainWords }
}
