#include "reports/release_report.hpp"

#include <chrono>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "model/run_timeline.hpp"
#include "support/text.hpp"
#include "support/time.hpp"
#include "systemd/job.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

std::string release_text(const ReleaseReport& report) {
    std::string out = report.step + ", generation " + std::to_string(report.generation) + ":";
    for (const auto& step : report.steps) {
        out += " " + step.name + " " + human_duration(step.took) + ",";
    }
    out.back() = '.';
    out += "\n";
    if (report.api_outage) {
        out += outage_text(*report.api_outage);
    }
    if (report.snapshot) {
        out += "Snapshot of etcd from before: " + report.snapshot->path + " (" +
               human_bytes(report.snapshot->bytes) + "). To restore it:\n  " +
               report.snapshot->restore + "\n";
    }
    return out;
}

nlohmann::ordered_json snapshot_json(const Snapshot& snapshot) {
    return {{"path", snapshot.path},
            {"bytes", snapshot.bytes},
            {"revision", snapshot.revision},
            {"restore", snapshot.restore}};
}

nlohmann::ordered_json outage_json(const Outage& outage) {
    return {{"seconds", in_seconds(outage.total)},
            {"longest", in_seconds(outage.longest)},
            {"breaks", outage.breaks}};
}

nlohmann::ordered_json release_json(const ReleaseReport& report) {
    nlohmann::ordered_json out = {{"step", report.step}, {"generation", report.generation}};
    if (report.snapshot) {
        out["snapshot"] = snapshot_json(*report.snapshot);
    }
    if (report.api_outage) {
        out["apiServerOutage"] = outage_json(*report.api_outage);
    }
    out["seconds"] = nlohmann::ordered_json::object();
    for (const auto& step : report.steps) {
        out["seconds"][step.name] = in_seconds(step.took);
    }
    return out;
}

nlohmann::ordered_json report_json(const InstallResult& result) {
    auto out = nlohmann::ordered_json::parse(plan_json(result.plan));
    out["changed"] = !result.plan.empty();
    if (result.release_change) {
        out["release"] = release_json(*result.release_change);
    }
    if (result.api_outage) {
        out["apiServerOutage"] = outage_json(*result.api_outage);
    }
    const auto timeline = timeline_of_this_run({});
    out["seconds"] = in_seconds(timeline.took);
    out["steps"] = nlohmann::ordered_json::parse(write_steps(timeline.steps));
    return out;
}

std::string report_text(const InstallResult& result) {
    if (result.plan.empty()) {
        return plan_text(result.plan, false);
    }
    return "Done: " + result.plan.subject + ".\n" +
           (result.release_change ? release_text(*result.release_change) : "") +
           (result.api_outage ? outage_text(*result.api_outage) : "");
}

} // namespace

std::string outage_text(const Outage& outage) {
    if (outage.breaks == 0) {
        return "The API server answered throughout.\n";
    }
    return "The API server did not answer for " + human_duration(outage.total) + ".\n";
}

void print_report(const Context& context, const InstallResult& result) {
    if (context.output == Output::json) {
        print_json(report_json(result));
    } else if (talks(context)) {
        std::fputs(report_text(result).c_str(), stdout);
    }
}

} // namespace k8s_node::cli
