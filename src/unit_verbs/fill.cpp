// k8s-node-install fill: for ExecStartPost= of units.
#include "aides/fill.hpp"

#include <memory>

#include "command_line/options.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

void add_fill(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("fill", "Write a file from a template (for ExecStartPost=)");
    auto options = std::make_shared<FillOptions>();
    verb.argument("file", options->file, "File to write, unless it is as it shall be");
    verb.text("--from", options->from, "Template: @NAME@ is replaced, also @NAME.network@");
    verb.text("--values", options->values, "File with lines NAME=value");
    verb.runs_unrecorded(
        [options] {
            fill_file(*options);
            return ExitStatus::success;
        },
        Answers::only_text);
}

} // namespace k8s_node::cli
