// The commands of the iatk program: each adds its own options to it, and says what runs if the user
// chose it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace iatk::cli {

/// What was asked for is there.
inline constexpr int kFoundStatus = 0;
/// It is not there, did not match, or could not be had from the service.
inline constexpr int kNotFoundStatus = 1;
/// What went wrong before a command could begin its work: bad usage, a port in use, a template that
/// is not there.
inline constexpr int kUsageStatus = 2;

/// The chosen command; returns the program's exit status.
using Run = std::function<int()>;

/// Answers the JSON-RPC request on standard input; 1 if there was none that could be read.
int AnswerOneRequest();
/// Whether the program was started without a word and with its input from another program: so the
/// original kit's front ends start theirs.
bool IsCalledLikeTheOriginal(int argc);

void AddCloud(CLI::App& app, Run* run);
void AddTest(CLI::App& app, Run* run);
void AddRpc(CLI::App& app, Run* run);
void AddOutputs(CLI::App& app, Run* run);
void AddPhysicalId(CLI::App& app, Run* run);
void AddListen(CLI::App& app, Run* run);
void AddExplain(CLI::App& app, Run* run);
void AddMock(CLI::App& app, Run* run);
void AddTrace(CLI::App& app, Run* run);
void AddGc(CLI::App& app, Run* run);

}  // namespace iatk::cli
