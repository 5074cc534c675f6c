// The transform AWS::Serverless-2016-10-31, by AWS's own translator in a Python process that stays
// warm between templates.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "iatk/base/result.h"
#include "iatk/cloud/services/cloudformation/template/parameters.h"
#include "iatk/json/value.h"
#include "iatk/net/event_loop.h"
#include "iatk/net/process.h"

namespace iatk::cloud::cfn {

/// Starts its process when it is first used, and again if it ended. Templates are translated one
/// after another.
///
/// The interpreter is the one that the environment variable IATK_PYTHON names, else that of the
/// project's own Python environment if it is there, else python3 of PATH.
class SamTransform {
 public:
  explicit SamTransform(net::EventLoop& loop) : loop_(loop), changed_(loop) {}

  /// Within a fiber: `document` with its serverless resources replaced. Fails with ValidationError
  /// "Transform AWS::Serverless-2016-10-31 failed with: …": what is wrong with the template, or one
  /// sentence on what the process lacks.
  Result<json::Value> Apply(const json::Value& document, const ParameterTexts& parameters,
                            const std::string& region);

  /// Ends the process.
  void Stop() { process_.reset(); }

 private:
  Result<json::Value> Ask(const std::string& line);
  Result<void> Start();
  Result<json::Value> Answer();
  void TakeOutput(std::string_view text);

  net::EventLoop& loop_;
  net::Signal changed_;
  bool busy_ = false;
  bool ended_ = false;
  std::string partial_line_;
  std::string error_tail_;  // the end of what the process wrote on standard error
  std::deque<std::string> lines_;
  std::unique_ptr<net::Process> process_;
};

}  // namespace iatk::cloud::cfn
