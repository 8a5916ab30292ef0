internal import Foundation
internal import Imaging

if CommandLine.arguments.dropFirst().first == "decode-worker" { exit(DecodeWorker.run()) }
