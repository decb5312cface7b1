// [Chinese, English]
export const WORDS = {
  title: ['运营实况', 'Operations live'], other_language: ['English', '中文'], login: ['登录', 'Log in'], logout: ['退出', 'Log out'], user: ['用户名', 'User name'], password: ['密码', 'Password'],
  wrong_login: ['用户名或密码不正确。', 'User name or password is wrong.'], no_right: ['此页面仅供运营人员使用。', 'This page is for operators.'], unreachable: ['暂时连不上服务。', 'The service can’t be reached.'],
  changed: ['状态已变化，列表已更新。', 'It has changed meanwhile; the list is up to date.'], failed: ['出了点问题，请再试一次。', 'Something went wrong. Please try again.'],
  live: ['实时', 'Live'], not_live: ['正在重连……', 'Reconnecting…'],
  devices_online: ['在线设备', 'Devices online'], of: ['共 {total} 台', 'of {total}'], messages: ['消息/秒', 'Messages/s'], running: ['正在出水', 'Running'], orphan: ['失联', 'Orphan'], faulted: ['故障', 'Faulted'], unattributed: ['无主出水', 'Unattributed'], overrun: ['超量', 'Overrun'],
  dispenses: ['出水', 'Dispenses'], none: ['暂无', 'None'], device: ['设备', 'Device'], state: ['状态', 'State'], poured: ['出水量', 'Poured'], charge: ['费用', 'Charge'], since: ['开始', 'Since'], what: ['情况', 'What'],
  matters: ['待处理', 'Needs a hand'], settle: ['按读数结算', 'Settle now'], clear: ['解除故障', 'Clear fault'], acknowledge: ['已知悉', 'Acknowledge'], stop: ['停止', 'Stop'],
  orphan_text: ['没有收到结束，已出水 {ml}', 'No end came, {ml} poured'], fault_text: ['不听停止指令（{code}）', 'Does not obey stop ({code})'], unattributed_text: ['无订单出水 {ml}', '{ml} flowed without an order'], overrun_text: ['多出 {ml}，不收费', '{ml} more than ordered, not charged'],
  CREATED: ['已创建', 'Created'], HELD: ['已预占', 'Held'], COMMANDED: ['已下发', 'Commanded'], RUNNING: ['出水中', 'Running'], ENDED: ['结算中', 'Ended'], ORPHAN: ['失联', 'Orphan'], CAPTURED: ['已完成', 'Captured'], VOIDED: ['已作废', 'Voided'],
};
