#include "iatk/lang/json_schema/generate.h"

#include "iatk/lang/json_schema/solver.h"

namespace iatk::json_schema {

Result<json::Value> Generate(const Schema& schema, const GenerateOptions& options) {
  Solver solver(schema, options);
  auto value = solver.Solve({{&schema.root()}, {}, Extreme::kNone}, "", 0);
  if (!value) return Fail(solver.failure());
  return *std::move(value);
}

}  // namespace iatk::json_schema
