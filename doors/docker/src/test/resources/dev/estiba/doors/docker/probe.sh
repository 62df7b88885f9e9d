# Tells all that a container finds of what it was given. Sections begin with a name in brackets.
b() { busybox "$@"; }
echo "[status]"; b grep -E '^(Umask|Groups|Cap|NoNewPrivs|Seccomp|Uid|Gid)' /proc/self/status
echo "[init]"; b grep -E '^(Umask|Cap|NoNewPrivs|Seccomp|Uid|Gid|Threads|SigIgn|PPid)' /proc/1/status; b cat /proc/1/comm; b cat /proc/1/oom_score_adj
echo "[limits]"; b cat /proc/1/limits
echo "[mounts]"; while read -r id pa dev root point opts rest; do echo "$root $point $opts | ${rest#*- }"; done < /proc/1/mountinfo
echo "[dev]"; b ls -ln /dev /dev/pts /dev/shm /dev/mqueue | b sed 's/ *[A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]* / /'
echo "[root]"; b ls -lan / | b grep -v " proc$" | b sed "s/ *[A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]* / /"; b ls -1a /etc; b ls -l /etc/mtab | b sed "s/.* .etc/etc/"
echo "[env]"; b env | b sort
echo "[files]"; b cat /etc/hosts; echo ---; b cat /etc/resolv.conf; echo ---; b cat /etc/hostname; b hostname
echo "[cgroup]"; b cat /proc/1/cgroup
for f in memory/memory.limit_in_bytes pids/pids.max cpu/cpu.shares cpu/cpu.cfs_quota_us cpuset/cpuset.cpus devices/devices.list memory/memory.swappiness; do echo "$f: $(b cat /sys/fs/cgroup/$f 2>&1)"; done
echo "[sysctl]"; for f in net/ipv4/ip_unprivileged_port_start net/ipv4/ping_group_range kernel/shmmax kernel/msgmax fs/mqueue/msg_max net/ipv4/ip_forward net/ipv6/conf/all/disable_ipv6 kernel/domainname; do echo "$f: $(b cat /proc/sys/$f 2>&1)"; done
echo "[ns]"; b ls -l /proc/self/ns | b sed 's/.* \([a-z_]* -> [a-z]*\):.*/\1/'; b cat /proc/self/timens_offsets
echo "[attr]"; b cat /proc/self/attr/current; echo; b cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups
echo "[masks]"; for f in /proc/kcore /proc/keys /proc/timer_list /proc/interrupts /sys/firmware /proc/asound /proc/acpi /sys/devices/virtual/powercap; do b ls -ldn $f 2>&1 | b sed 's/ *[A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]* / /'; b wc -c $f 2>&1 | b head -1; done
echo "[ro]"; for f in /proc/sys/kernel/hostname /proc/sysrq-trigger /proc/irq /proc/bus /proc/fs /sys/kernel; do (echo x > $f) 2>&1 | b head -1; done
echo "[ps]"; b ps -o comm
echo "[net]"; b ip link 2>&1 | b sed 's/qdisc.*//'
echo "[personality]"; b cat /proc/1/personality; b cat /proc/1/sched 2>/dev/null | b grep -E '^(policy|prio)'
echo "[loginuid]"; b cat /proc/1/loginuid; echo; b cat /proc/1/timerslack_ns 2>&1; b cat /proc/1/coredump_filter; b cat /proc/1/setgroups
