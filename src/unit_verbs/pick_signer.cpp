// k8s-node-install pick-signer: for ExecStartPre= of kube-controller-manager.
#include "aides/pick_signer.hpp"

#include <memory>

#include "command_line/options.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

void add_pick_signer(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("pick-signer", "Write a CA's certificate alone (for ExecStartPre=)");
    auto options = std::make_shared<SignerOptions>();
    verb.argument("file", options->file, "File to write, unless it is as it shall be");
    verb.text("--from", options->from, "File of the CA, which may hold several certificates");
    verb.text("--key", options->key, "File of its key: that one's certificate is taken");
    verb.runs_unrecorded(
        [options] {
            pick_signer(*options);
            return ExitStatus::success;
        },
        Answers::only_text);
}

} // namespace k8s_node::cli
