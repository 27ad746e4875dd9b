#!/bin/bash
# Makes a lab host of a fresh Debian root directory: runs as mmdebstrap's customize hook.
#   customize.sh ROOT GUEST KEYS OUT     (GUEST: this script's directory)
# Leaves OUT/vmlinuz, OUT/initrd.gz and OUT/root.ext4.
set -eu
root=$1 guest=$2 keys=$3 out=$4

users() {
  local user home
  # The hash is of "admin-password" (openssl passwd -6 -salt lab admin-password).
  chroot "$root" useradd -m -s /bin/bash -p '$6$lab$VcirqICTIpic23rYDU2WhCfz55mAAlW0.4bZHj9MivyOzORxtPNFf5cjGb2VJQTSFTdqyP.WUaKzcX0fC6rNe/' admin
  chroot "$root" useradd -m -s /bin/bash -p '*' ops
  chroot "$root" useradd -m -s /bin/bash -p '*' nosudo
  echo 'admin ALL=(ALL:ALL) ALL' > "$root/etc/sudoers.d/admin"
  echo 'ops ALL=(ALL:ALL) NOPASSWD: ALL' > "$root/etc/sudoers.d/ops"
  chmod 440 "$root/etc/sudoers.d/admin" "$root/etc/sudoers.d/ops"
  for user in root admin ops nosudo; do
    home=/home/$user; [ "$user" = root ] && home=/root
    install -d -m 700 "$root$home/.ssh"
    install -m 600 "$keys/client.pub" "$root$home/.ssh/authorized_keys"
    chroot "$root" chown -R "$user:" "$home/.ssh"
  done
}

sshd() {
  rm -f "$root"/etc/ssh/ssh_host_*
  install -m 600 "$keys/host" "$root/etc/ssh/ssh_host_ed25519_key"
  install -m 644 "$keys/host.pub" "$root/etc/ssh/ssh_host_ed25519_key.pub"
  # The session stack of PAM costs a second a login under emulation, and to start sshd anew for each a third of one.
  echo 'SSHD_OPTS=-r' > "$root/etc/default/ssh"
  sed -i 's/^UsePAM yes/UsePAM no/; s/^#\?UseDNS .*/UseDNS no/' "$root/etc/ssh/sshd_config"
}

# Only what a host needs at boot: its network and sshd. udev and the rest cost seconds under emulation.
boot() {
  local unit units=$root/etc/systemd/system
  : > "$root/etc/fstab"
  : > "$root/etc/machine-id"
  install -m 755 "$guest/labnet" "$root/usr/local/sbin/labnet"
  install -D -m 755 "$guest/manager" "$root/etc/systemd/system-generators/lab-manager"
  # What is installed later is wanted by it, as on any host; what packages have enabled is not started.
  rm -rf "$units"/multi-user.target.wants "$units"/network-online.target.wants "$units"/sockets.target.wants
  cat > "$units/multi-user.target" <<U
[Unit]
Requires=sysinit.target ssh.service labnet.service
Wants=answer.service
After=sysinit.target ssh.service labnet.service
AllowIsolate=yes
U
  cat > "$units/labnet.service" <<U
[Unit]
DefaultDependencies=no
After=systemd-sysctl.service systemd-modules-load.service
Wants=network.target
Before=network.target ssh.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/labnet
U
  install -m 755 "$guest/answer.py" "$root/usr/local/sbin/answer"
  cat > "$units/answer.service" <<U
[Unit]
DefaultDependencies=no
After=labnet.service
ConditionKernelCommandLine=lab.answers
[Service]
ExecStartPre=/sbin/modprobe sctp
ExecStart=/usr/bin/python3 /usr/local/sbin/answer
U
  ln -sf multi-user.target "$units/default.target"
  for unit in systemd-udevd.service systemd-udev-trigger.service systemd-udevd-control.socket \
    systemd-udevd-kernel.socket systemd-udev-load-credentials.service e2scrub_reap.service \
    systemd-journal-flush.service systemd-update-utmp.service ldconfig.service \
    systemd-hwdb-update.service systemd-tmpfiles-setup-dev.service \
    systemd-tmpfiles-setup-dev-early.service sys-kernel-debug.mount sys-kernel-tracing.mount \
    dev-hugepages.mount dev-mqueue.mount getty.target systemd-binfmt.service \
    proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount sys-fs-fuse-connections.mount \
    sys-kernel-config.mount kmod-static-nodes.service systemd-sysusers.service \
    systemd-random-seed.service systemd-pstore.service modprobe@configfs.service \
    modprobe@efi_pstore.service modprobe@dm_mod.service modprobe@fuse.service \
    modprobe@loop.service modprobe@drm.service systemd-ask-password-wall.path \
    systemd-update-utmp-runlevel.service systemd-user-sessions.service \
    networkd-dispatcher.service NetworkManager-wait-online.service; do
    ln -sf /dev/null "$units/$unit"
  done
}

initrd() {
  local kernel directory number=10 name module
  kernel=$(basename "$root"/boot/vmlinuz-*); kernel=${kernel#vmlinuz-}
  cp "$root/boot/vmlinuz-$kernel" "$out/vmlinuz"
  directory=$(mktemp -d)
  mkdir -p "$directory"/{bin,modules,proc,sys,dev,root}
  cp /bin/busybox "$directory/bin/"
  install -m 755 "$guest/init" "$directory/init"
  for name in virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk \
    crc16 crc32c_generic libcrc32c mbcache jbd2 ext4; do
    module=$(find "$root/lib/modules/$kernel/" -name "$name.ko*" | head -n 1)
    case $module in
      '') continue ;; # built in
      *.xz) xz -dc "$module" > "$directory/modules/$number-$name.ko" ;;
      *) cp "$module" "$directory/modules/$number-$name.ko" ;;
    esac
    number=$((number + 1))
  done
  (cd "$directory" && find . | cpio -o -H newc --quiet | gzip -1) > "$out/initrd.gz"
  rm -r "$directory"
}

disk() {
  local copy=$out/copy
  rm -rf "$root"/boot/* "$root"/usr/share/doc "$root"/usr/share/locale "$root"/usr/share/man
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
  cp -a --one-file-system "$root" "$copy" # without /proc and /sys, which are mounted here
  truncate -s 1200M "$out/root.ext4"
  # A small journal: a host whose power is cut comes back.
  mkfs.ext4 -q -J size=4 -d "$copy" "$out/root.ext4"
  rm -r "$copy"
}

users
sshd
boot
initrd
disk
