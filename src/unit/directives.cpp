// The directives of systemd 252, as "/lib/systemd/systemd
// --dump-configuration-items" lists them, and those of later ones: a table.
#include "unit/directives.hpp"

#include <algorithm>
#include <array>

#include "support/text.hpp"

namespace k8s_node::unit {

namespace {

/// [Unit]
constexpr std::string_view unit_directives = R"(
Description Documentation SourcePath Requires Requisite Wants BindsTo BindTo Upholds Conflicts
Before After OnSuccess OnFailure PropagatesReloadTo PropagateReloadTo ReloadPropagatedFrom
PropagateReloadFrom PropagatesStopTo StopPropagatedFrom PartOf JoinsNamespaceOf
RequiresOverridable RequisiteOverridable RequiresMountsFor StopWhenUnneeded RefuseManualStart
RefuseManualStop AllowIsolate DefaultDependencies OnSuccessJobMode OnFailureJobMode
OnFailureIsolate IgnoreOnIsolate JobTimeoutSec JobRunningTimeoutSec JobTimeoutAction
JobTimeoutRebootArgument StartLimitIntervalSec StartLimitInterval StartLimitBurst
StartLimitAction FailureAction SuccessAction FailureActionExitStatus SuccessActionExitStatus
RebootArgument ConditionPathExists ConditionPathExistsGlob ConditionPathIsDirectory
ConditionPathIsSymbolicLink ConditionPathIsMountPoint ConditionPathIsReadWrite
ConditionPathIsEncrypted ConditionDirectoryNotEmpty ConditionFileNotEmpty
ConditionFileIsExecutable ConditionNeedsUpdate ConditionFirstBoot ConditionArchitecture
ConditionFirmware ConditionVirtualization ConditionHost ConditionKernelCommandLine
ConditionKernelVersion ConditionCredential ConditionSecurity ConditionCapability
ConditionACPower ConditionMemory ConditionCPUFeature ConditionCPUs ConditionEnvironment
ConditionUser ConditionGroup ConditionControlGroupController ConditionOSRelease
ConditionMemoryPressure ConditionCPUPressure ConditionIOPressure AssertPathExists
AssertPathExistsGlob AssertPathIsDirectory AssertPathIsSymbolicLink AssertPathIsMountPoint
AssertPathIsReadWrite AssertPathIsEncrypted AssertDirectoryNotEmpty AssertFileNotEmpty
AssertFileIsExecutable AssertNeedsUpdate AssertFirstBoot AssertArchitecture AssertVirtualization
AssertHost AssertKernelCommandLine AssertKernelVersion AssertCredential AssertSecurity
AssertCapability AssertACPower AssertMemory AssertCPUFeature AssertCPUs AssertEnvironment
AssertUser AssertGroup AssertControlGroupController AssertOSRelease AssertMemoryPressure
AssertCPUPressure AssertIOPressure CollectMode
)";

/// [Unit] of systemd 253 to 257.
constexpr std::string_view later_unit_directives = R"(
SurviveFinalKillSignal WantsMountsFor
)";

/// [Service]
constexpr std::string_view service_directives = R"(
PIDFile ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop ExecStopPost
RestartSec TimeoutSec TimeoutStartSec TimeoutStopSec TimeoutAbortSec TimeoutStartFailureMode
TimeoutStopFailureMode RuntimeMaxSec RuntimeRandomizedExtraSec WatchdogSec StartLimitInterval
StartLimitBurst StartLimitAction FailureAction RebootArgument Type ExitType Restart
PermissionsStartOnly RootDirectoryStartOnly RemainAfterExit GuessMainPID
RestartPreventExitStatus RestartForceExitStatus SuccessExitStatus NonBlocking BusName
FileDescriptorStoreMax NotifyAccess Sockets USBFunctionDescriptors USBFunctionStrings OOMPolicy
WorkingDirectory RootDirectory RootImage RootImageOptions RootHash RootHashSignature RootVerity
ExtensionDirectories ExtensionImages MountImages User Group SupplementaryGroups Nice
OOMScoreAdjust CoredumpFilter IOSchedulingClass IOSchedulingPriority CPUSchedulingPolicy
CPUSchedulingPriority CPUSchedulingResetOnFork CPUAffinity NUMAPolicy NUMAMask UMask Environment
EnvironmentFile PassEnvironment UnsetEnvironment DynamicUser RemoveIPC StandardInput
StandardOutput StandardError StandardInputText StandardInputData TTYPath TTYReset TTYVHangup
TTYVTDisallocate TTYRows TTYColumns SyslogIdentifier SyslogFacility SyslogLevel
SyslogLevelPrefix LogLevelMax LogRateLimitIntervalSec LogRateLimitBurst LogExtraFields
SecureBits CapabilityBoundingSet AmbientCapabilities TimerSlackNSec NoNewPrivileges KeyringMode
ProtectProc ProcSubset SystemCallFilter SystemCallArchitectures SystemCallErrorNumber
SystemCallLog MemoryDenyWriteExecute RestrictNamespaces RestrictRealtime RestrictSUIDSGID
RestrictAddressFamilies LockPersonality RestrictFileSystems LimitCPU LimitFSIZE LimitDATA
LimitSTACK LimitCORE LimitRSS LimitNOFILE LimitAS LimitNPROC LimitMEMLOCK LimitLOCKS
LimitSIGPENDING LimitMSGQUEUE LimitNICE LimitRTPRIO LimitRTTIME ReadWriteDirectories
ReadOnlyDirectories InaccessibleDirectories ReadWritePaths ReadOnlyPaths InaccessiblePaths
ExecPaths NoExecPaths ExecSearchPath BindPaths BindReadOnlyPaths TemporaryFileSystem PrivateTmp
PrivateDevices ProtectKernelTunables ProtectKernelModules ProtectKernelLogs ProtectClock
ProtectControlGroups NetworkNamespacePath IPCNamespacePath LogNamespace PrivateNetwork
PrivateUsers PrivateMounts PrivateIPC ProtectSystem ProtectHome MountFlags MountAPIVFS
Personality RuntimeDirectoryPreserve RuntimeDirectoryMode RuntimeDirectory StateDirectoryMode
StateDirectory CacheDirectoryMode CacheDirectory LogsDirectoryMode LogsDirectory
ConfigurationDirectoryMode ConfigurationDirectory SetCredential SetCredentialEncrypted
LoadCredential LoadCredentialEncrypted TimeoutCleanSec PAMName IgnoreSIGPIPE UtmpIdentifier
UtmpMode SELinuxContext AppArmorProfile SmackProcessLabel ProtectHostname Slice AllowedCPUs
StartupAllowedCPUs AllowedMemoryNodes StartupAllowedMemoryNodes CPUAccounting CPUWeight
StartupCPUWeight CPUShares StartupCPUShares CPUQuota CPUQuotaPeriodSec MemoryAccounting
MemoryMin DefaultMemoryMin DefaultMemoryLow MemoryLow MemoryHigh MemoryMax MemorySwapMax
MemoryLimit DeviceAllow DevicePolicy IOAccounting IOWeight StartupIOWeight IODeviceWeight
IOReadBandwidthMax IOWriteBandwidthMax IOReadIOPSMax IOWriteIOPSMax IODeviceLatencyTargetSec
BlockIOAccounting BlockIOWeight StartupBlockIOWeight BlockIODeviceWeight BlockIOReadBandwidth
BlockIOWriteBandwidth TasksAccounting TasksMax Delegate DisableControllers IPAccounting
IPAddressAllow IPAddressDeny IPIngressFilterPath IPEgressFilterPath ManagedOOMSwap
ManagedOOMMemoryPressure ManagedOOMMemoryPressureLimit ManagedOOMPreference BPFProgram
SocketBindAllow SocketBindDeny RestrictNetworkInterfaces SendSIGKILL SendSIGHUP KillMode
KillSignal RestartKillSignal FinalKillSignal WatchdogSignal
)";

/// [Service] of systemd 253 to 257.
constexpr std::string_view later_service_directives = R"(
RestartMode RestartSteps RestartMaxDelaySec ReloadSignal FileDescriptorStorePreserve OpenFile
ImportCredential DelegateSubgroup MemoryPressureWatch MemoryPressureThresholdSec RootEphemeral
NFTSet MemoryZSwapMax MemoryZSwapWriteback CoredumpReceive PrivatePIDs BindLogSockets
SetLoginEnvironment RootImagePolicy MountImagePolicy ExtensionImagePolicy MemoryKSM
ManagedOOMMemoryPressureDurationSec StartupMemoryHigh StartupMemoryLow StartupMemoryMax
StartupMemorySwapMax StartupMemoryZSwapMax RefreshOnReload
)";

/// The boolean directives of both sections.
constexpr std::string_view booleans = R"(
StopWhenUnneeded RefuseManualStart RefuseManualStop AllowIsolate DefaultDependencies
OnFailureIsolate IgnoreOnIsolate PermissionsStartOnly RootDirectoryStartOnly RemainAfterExit
GuessMainPID NonBlocking CPUSchedulingResetOnFork DynamicUser RemoveIPC TTYReset TTYVHangup
TTYVTDisallocate SyslogLevelPrefix NoNewPrivileges MemoryDenyWriteExecute RestrictRealtime
RestrictSUIDSGID LockPersonality PrivateTmp PrivateDevices ProtectKernelTunables
ProtectKernelModules ProtectKernelLogs ProtectClock ProtectControlGroups PrivateNetwork
PrivateUsers PrivateMounts PrivateIPC IgnoreSIGPIPE ProtectHostname CPUAccounting
MemoryAccounting IOAccounting BlockIOAccounting TasksAccounting IPAccounting SendSIGKILL
SendSIGHUP
)";

struct Choice {
    std::string_view directive;
    std::string_view values;
    bool or_boolean = false;
};

constexpr std::array<Choice, 12> choices = {{
    {"Type", "simple exec forking oneshot notify notify-reload dbus idle"},
    {"Restart", "no on-success on-failure on-abnormal on-watchdog on-abort always"},
    {"KillMode", "control-group mixed process none"},
    {"NotifyAccess", "none main exec all"},
    {"OOMPolicy", "continue stop kill"},
    {"ExitType", "main cgroup"},
    {"ProtectSystem", "full strict", true},
    {"ProtectHome", "read-only tmpfs", true},
    {"ProtectProc", "noaccess invisible ptraceable default"},
    {"ProcSubset", "all pid"},
    {"DevicePolicy", "auto closed strict"},
    {"CollectMode", "inactive inactive-or-failed"},
}};

constexpr std::string_view boolean_values = "yes no true false on off 1 0 y n t f";

std::vector<std::string> values_in(std::string_view text) {
    std::vector<std::string> values;
    for (const auto& line : split_lines(text)) {
        for (auto& word : split(line, ' ')) {
            if (!word.empty()) {
                values.push_back(std::move(word));
            }
        }
    }
    return values;
}

std::vector<std::string> joined(std::string_view first, std::string_view second) {
    auto values = values_in(first);
    for (auto& word : values_in(second)) {
        values.push_back(std::move(word));
    }
    return values;
}

} // namespace

const std::vector<std::string>& known_directives(std::string_view section) {
    static const auto of_unit = joined(unit_directives, later_unit_directives);
    static const auto of_service = joined(service_directives, later_service_directives);
    return section == "Unit" ? of_unit : of_service;
}

std::vector<std::string> directive_values(std::string_view directive) {
    static const auto yes_or_no = values_in(booleans);
    if (std::find(yes_or_no.begin(), yes_or_no.end(), directive) != yes_or_no.end()) {
        return values_in(boolean_values);
    }
    const auto* const found = std::find_if(choices.begin(), choices.end(), [&](const auto& choice) {
        return choice.directive == directive;
    });
    return found == choices.end() ? std::vector<std::string>()
           : found->or_boolean    ? joined(found->values, boolean_values)
                                  : values_in(found->values);
}

} // namespace k8s_node::unit
