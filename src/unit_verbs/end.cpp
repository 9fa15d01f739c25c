// k8s-node-install end: for ExecStop= of units.
#include "aides/end.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "command_line/options.hpp"
#include "model/duration.hpp"
#include "support/time.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

namespace {

using std::chrono::milliseconds;

milliseconds parse_grace(const std::string& text) {
    const auto grace = parse_duration(text);
    if (!grace) {
        throw Error("--grace " + text + ": invalid duration", ExitStatus::usage)
            .try_this("write it as 500ms or 2s");
    }
    return std::chrono::ceil<milliseconds>(*grace);
}

ExitStatus run_end(const std::string& grace) {
    const auto time = parse_grace(grace);
    end_main_process(time, [&] {
        std::printf("process %s did not end within %s after SIGTERM, killing it\n",
                    std::getenv("MAINPID"), human_duration(time).c_str());
    });
    return ExitStatus::success;
}

} // namespace

void add_end(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("end", "Terminate a service's main process (for ExecStop=)");
    auto grace = std::make_shared<std::string>("1s");
    verb.text("--grace", *grace, "Kill it after this time (1s)");
    verb.runs_unrecorded([grace] { return run_end(*grace); }, Answers::only_text);
}

} // namespace k8s_node::cli
