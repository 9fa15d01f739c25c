// Confirmation and report of a reset: shared by reset and redeploy.
#pragma once

#include <nlohmann/json.hpp>

#include "command_line/options.hpp"
#include "node/reset.hpp"

namespace k8s_node::cli {

/// --keep-data and similar options of both verbs, and --yes.
struct ResetOptions {
    Keep keep;
    bool yes = false;
    bool dry_run = false;
};

void add_reset_options(Verb& verb, ResetOptions& options);

/// Returns a function that shows what will be removed and asks for confirmation. Without --yes and
/// without a terminal it throws Error(usage): nothing is deleted by accident.
[[nodiscard]] OnInventory ask_before_reset(const Context& context, const ResetOptions& options);

void print_inventory(const Context& context, const std::vector<Leftover>& found);

[[nodiscard]] nlohmann::ordered_json json_of(const ResetResult& result);
void print_reset(const Context& context, const ResetResult& result);

} // namespace k8s_node::cli
