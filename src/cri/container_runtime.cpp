#include "cri/container_runtime.hpp"

#include "cri/protobuf.hpp"

namespace k8s_node::cri {

namespace {

/// The deadline of read-only calls.
constexpr std::chrono::milliseconds look{15'000};
/// The deadline of removals, which tear down networks by plugins that the runtime kills at the
/// deadline: more than 20 s were observed on emulated processors.
constexpr std::chrono::milliseconds removal{60'000};

std::string of_runtime(const char* method) {
    return std::string("/runtime.v1.RuntimeService/") + method;
}

std::string of_images(const char* method) {
    return std::string("/runtime.v1.ImageService/") + method;
}

MessageWriter image_request(const std::string& image) {
    return MessageWriter().message(1, MessageWriter().text(1, image));
}

/// Requests separate namespaces and the runtime's seccomp profile, as kubelet does for every pod:
/// these fields' values are 0 and are omitted.
MessageWriter linux_of(const SandboxRequest& request) {
    const auto security = MessageWriter().message(1, MessageWriter()).message(9, MessageWriter());
    return MessageWriter().text(1, request.cgroup_parent).message(2, security);
}

MessageWriter config_of(const SandboxRequest& request) {
    MessageWriter config;
    config.message(
        1, MessageWriter().text(1, request.name).text(2, request.uid).text(3, request.space));
    config.text(2, request.name);
    // Without its own servers it would get a copy of the host's file.
    config.message(4, MessageWriter().text(1, "127.0.0.1"));
    for (const auto& [key, value] : request.labels) {
        config.entry(6, key, value);
    }
    return config.message(8, linux_of(request));
}

} // namespace

std::vector<Condition> ContainerRuntime::conditions() {
    const auto answer = client_.call(of_runtime("Status"), {}, look);
    const auto status = Message(answer).message(1);
    std::vector<Condition> out;
    for (const auto& each : status ? status->messages(1) : std::vector<Message>{}) {
        out.push_back({each.text(1), each.number(2) != 0, each.text(3), each.text(4)});
    }
    return out;
}

bool ContainerRuntime::has_image(const std::string& image) {
    const auto answer = client_.call(of_images("ImageStatus"), image_request(image).bytes(), look);
    return Message(answer).message(1).has_value();
}

void ContainerRuntime::pull_image(const std::string& image, milliseconds deadline) {
    static_cast<void>(client_.call(of_images("PullImage"), image_request(image).bytes(), deadline));
}

std::string ContainerRuntime::run_sandbox(const SandboxRequest& request, milliseconds deadline) {
    const auto sent = MessageWriter().message(1, config_of(request));
    const auto answer = client_.call(of_runtime("RunPodSandbox"), sent.bytes(), deadline);
    return Message(answer).text(1);
}

SandboxState ContainerRuntime::sandbox(const std::string& id) {
    const auto answer =
        client_.call(of_runtime("PodSandboxStatus"), MessageWriter().text(1, id).bytes(), look);
    const auto status = Message(answer).message(1);
    const auto network = status ? status->message(5) : std::nullopt;
    SandboxState state{status && status->number(3) == 0,
                       network ? network->text(1) : std::string()};
    for (const auto& more : network ? network->messages(2) : std::vector<Message>()) {
        state.address += "," + more.text(1);
    }
    return state;
}

void ContainerRuntime::remove_sandbox(const std::string& id) {
    const auto request = MessageWriter().text(1, id);
    for (const auto* method : {"StopPodSandbox", "RemovePodSandbox"}) {
        try {
            static_cast<void>(client_.call(of_runtime(method), request.bytes(), removal));
        } catch (const CallError& error) {
            if (error.code() != CallError::not_found) {
                throw;
            }
        }
    }
}

std::vector<LabelledSandbox> ContainerRuntime::sandboxes_with(const std::string& label) {
    const auto answer = client_.call(of_runtime("ListPodSandbox"), {}, look);
    std::vector<LabelledSandbox> out;
    for (const auto& each : Message(answer).messages(1)) {
        if (auto value = each.entry(5, label); !value.empty()) {
            out.push_back({each.text(1), std::move(value)});
        }
    }
    return out;
}

} // namespace k8s_node::cri
