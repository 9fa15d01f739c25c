// k8s-node-install sbom
#include "supply/sbom.hpp"

#include <cstdio>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"

namespace k8s_node::cli {

void add_sbom(Verb& parent, Context& context) {
    auto verb = parent.add("sbom", "Print what this node runs, as CycloneDX 1.5 (JSON)");
    add_root_option(verb, context);
    verb.runs_unrecorded(
        [&context] {
            std::fputs(make_sbom(context.node).c_str(), stdout);
            return ExitStatus::success;
        },
        Answers::only_text);
}

} // namespace k8s_node::cli
