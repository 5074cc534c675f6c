// A stack and all that belongs to it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/base/clock.h"
#include "iatk/cloud/services/cloudformation/template/plan.h"
#include "iatk/json/value.h"
#include "iatk/net/event_loop.h"

namespace iatk::cloud::cfn {

/// In the order given.
using TagList = std::vector<std::pair<std::string, std::string>>;

/// What a template says before anything is made: its values with parameters put in, and with
/// references to resources as text that only names them. Tells what a new template changes.
struct Signatures {
  std::map<std::string, json::Object> resources;  ///< by logical id: their properties
  json::Value outputs;
};

/// One state that a stack can be brought to: a template with parameters and tags.
struct Revision {
  std::string text;       ///< the template as given
  json::Value processed;  ///< with its transforms applied
  std::shared_ptr<const Plan> plan;
  std::shared_ptr<const Signatures> signatures;
  TagList tags;
  std::vector<std::string> capabilities;
};

struct StackResource {
  std::string logical_id;
  std::string type;
  std::string physical_id;  ///< empty until the resource was made
  json::Object properties;  ///< evaluated
  json::Object attributes;  ///< of Fn::GetAtt
  json::Object signature;   ///< of Signatures
  json::Value metadata;
  DeletionPolicy deletion_policy = DeletionPolicy::kDelete;
  DeletionPolicy update_replace_policy = DeletionPolicy::kDelete;
  std::string status;  ///< "CREATE_COMPLETE"
  std::string reason;
  Time updated;
};

struct StackOutput {
  std::string key;
  std::string value;
  std::string description;
  std::optional<std::string> export_name;
};

struct StackEvent {
  std::string id;
  std::string logical_id;
  std::string physical_id;
  std::string type;
  std::string status;
  std::string reason;
  std::string properties;  ///< JSON
  std::string token;       ///< of the request that caused it
  Time time;
};

enum class ResourceAction : std::uint8_t { kAdd, kModify, kRemove };

struct ResourceChange {
  ResourceAction action = ResourceAction::kAdd;
  std::string logical_id;
  std::string physical_id;
  std::string type;
  std::vector<std::string> properties;  ///< of kModify: the names of those that change
  bool tags = false;
  bool metadata = false;
};

struct ChangeSet {
  std::string name;
  std::string id;
  std::string description;
  bool creates = false;  ///< its stack
  std::string status = "CREATE_PENDING";
  std::string status_reason;
  std::string execution_status = "UNAVAILABLE";
  std::string on_stack_failure;
  Time created;
  std::string token;
  ParameterTexts parameters;  ///< as given; shown until there is a plan
  Revision revision;
  std::vector<ResourceChange> changes;
};

struct Stack {
  explicit Stack(net::EventLoop& loop) : idle(loop) {}

  std::string name;
  std::string id;
  std::string status;
  std::string status_reason;
  Time created;
  std::optional<Time> updated;
  std::optional<Time> deleted;
  bool disable_rollback = false;
  bool delete_on_failure = false;
  bool retain_except_on_create = false;
  bool termination_protection = false;
  std::optional<std::int32_t> timeout_minutes;
  std::string role_arn;
  std::string create_token;
  std::string change_set_id;  ///< the change set that was executed last
  std::string parent_id;      ///< of a nested stack

  Revision revision;
  std::vector<StackResource> resources;  ///< in the order they were made
  std::vector<StackOutput> outputs;
  std::set<std::string> imports;   ///< names of exports it reads
  std::vector<StackEvent> events;  ///< oldest first
  std::vector<std::shared_ptr<ChangeSet>> change_sets;

  bool busy = false;       ///< an operation's fiber works on it
  bool cancelled = false;  ///< the running operation shall stop: the stack is being deleted
  net::Signal idle;        ///< when `busy` ends

  StackResource* FindResource(std::string_view logical_id);
  bool InProgress() const { return status.ends_with("_IN_PROGRESS"); }
};

/// The stacks of one account and region, deleted ones among them.
class Stacks {
 public:
  /// By name, among those that are not deleted, or by id among all; nullptr if there is none.
  std::shared_ptr<Stack> Find(std::string_view name_or_id) const;
  void Add(std::shared_ptr<Stack> stack);
  /// Forgets it: a stack that never came to be.
  void Erase(const Stack& stack);
  /// Newest first.
  const std::vector<std::shared_ptr<Stack>>& all() const { return all_; }

  struct Export {
    const Stack* stack;
    const StackOutput* output;
  };
  /// Of the stacks that are not deleted.
  std::optional<Export> FindExport(std::string_view name) const;
  std::vector<Export> Exports() const;
  /// Names of the stacks that import it.
  std::vector<std::string> ImportersOf(std::string_view export_name) const;

 private:
  std::vector<std::shared_ptr<Stack>> all_;
};

}  // namespace iatk::cloud::cfn
